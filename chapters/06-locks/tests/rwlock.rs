//! 6.7: a lock that many may have who only look, or one who changes.

#![cfg(not(loom))]

mod bounds;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::thread;

use bounds::{Neither, OnlySend, OnlySync};
use current_thread::{Runtime, spawn, yield_now};
use locks::{
    OwnedRwLockMappedWriteGuard, OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLock,
    RwLockMappedWriteGuard, RwLockReadGuard, RwLockWriteGuard,
};
use testkit::{Exercise, Rule, TestWaker, drop_counter};

const EX: Exercise = Exercise::new("6.7", "locks/rwlock.md");

const TOGETHER: Rule = EX.rule("Readers have the lock together.");
const ALONE: Rule = EX.rule("A writer has the lock alone.");
const RELEASED: Rule =
    EX.rule("The lock is released when its guard is dropped, and the next is let in.");
const IN_LINE: Rule =
    EX.rule("All stand in one line: a reader waits behind a writer that came before it.");
const BATCH: Rule = EX.rule("Readers that are next to each other in line are let in together.");
const CANCEL: Rule = EX.rule("A task that leaves the line keeps no other waiting.");
const TURN: Rule = EX.rule("A turn that has come to a task that is gone goes to the next.");
const DOWNGRADE: Rule = EX.rule("A writer becomes a reader without letting another writer in.");
const MAX: Rule = EX.rule("There are never more readers than the lock is for.");
const VALUE: Rule = EX.rule("What a writer has written the next one sees.");
const MAPPED: Rule = EX.rule("A guard of a part holds the lock as the guard of the whole did.");
const OWNED: Rule = EX.rule("An owned guard keeps its lock alive.");
const DROPPED: Rule = EX.rule("The value is dropped once, with the lock, unless it is moved out.");
const NO_LOCK: Rule = EX.rule("No lock is held while wakers are called.");
const LATEST: Rule = EX.rule("A future that is pending keeps the waker of its latest poll.");
const BOUNDS: Rule =
    EX.rule("A type may go to another thread, or be shared with it, as far as its values may.");

/// Fewer under Miri, which is slow.
const TIMES: u32 = if cfg!(miri) { 2 } else { 30 };

/// Polls a future that has to be ready.
fn gets<F: Future>(rule: Rule, task: &TestWaker, future: Pin<&mut F>) -> F::Output {
    rule.ready(
        task.poll(future),
        format_args!("{} does not have the lock", task.name()),
    )
}

/// Polls a future that has to wait.
fn waits<F: Future + ?Sized>(rule: Rule, task: &TestWaker, future: Pin<&mut F>) {
    rule.pending(
        task.poll(future).map(drop),
        format_args!("{} has the lock", task.name()),
    );
}

/// Who could have the lock right now: a reader, and a writer.
fn free_for<T>(lock: &RwLock<T>) -> (bool, bool) {
    let reader = lock.try_read().is_ok();
    let writer = lock.try_write().is_ok();
    (reader, writer)
}

const ANYBODY: (bool, bool) = (true, true);
const READERS: (bool, bool) = (true, false);
const NOBODY: (bool, bool) = (false, false);

#[test]
fn readers_together_and_writers_alone() {
    EX.within("trying to lock", || {
        let lock = RwLock::new(1);
        RELEASED.check_eq(
            "a new lock is free for readers, writers",
            free_for(&lock),
            ANYBODY,
        );
        let first = lock.try_read().expect("the lock is free");
        let second = lock.try_read();
        TOGETHER.check(second.is_ok(), "a second reader is kept out by the first");
        TOGETHER.check_eq(
            "what both read",
            (*first, second.as_deref().ok()),
            (1, Some(&1)),
        );
        ALONE.check_eq("with two readers, free for", free_for(&lock), READERS);
        drop(first);
        ALONE.check_eq("with one reader, free for", free_for(&lock), READERS);
        drop(second);
        RELEASED.check_eq("when both are gone, free for", free_for(&lock), ANYBODY);
        let mut writer = lock.try_write().expect("the lock is free");
        *writer = 2;
        ALONE.check_eq("with a writer, free for", free_for(&lock), NOBODY);
        let refused = lock.try_read().unwrap_err().to_string();
        ALONE.check_eq("the error", &*refused, "operation would block");
        drop(writer);
        RELEASED.check_eq("when it is gone, free for", free_for(&lock), ANYBODY);
        VALUE.check_eq("the value", *lock.try_read().unwrap(), 2);
    });
}

#[test]
fn the_value_itself() {
    EX.within("locks and their values", || {
        let mut lock = RwLock::new(1);
        *lock.get_mut() += 1;
        VALUE.check_eq("Debug", &*format!("{lock:?}"), "RwLock { data: 2 }");
        let writer = lock.try_write().unwrap();
        VALUE.check_eq("Debug", &*format!("{lock:?}"), "RwLock { data: <locked> }");
        VALUE.check_eq(
            "Debug and Display of a guard",
            format!("{writer:?} {writer}"),
            "2 2".into(),
        );
        drop(writer);
        VALUE.check_eq("into_inner", lock.into_inner(), 2);
        VALUE.check_eq("from", RwLock::from(3).into_inner(), 3);
        VALUE.check_eq("the default", RwLock::<u32>::default().into_inner(), 0);
        VALUE.check_eq("const_new", RwLock::const_new(4).into_inner(), 4);

        let (token, drops) = drop_counter("value");
        let lock = RwLock::new(token);
        drop(lock.try_read());
        drop(lock.try_write());
        DROPPED.check_eq("drops, when guards are gone", drops.count(), 0);
        drop(lock);
        drops.dropped_once(DROPPED);
        let (token, drops) = drop_counter("value");
        let value = RwLock::new(token).into_inner();
        DROPPED.check_eq("drops, when it was moved out", drops.count(), 0);
        drop(value);
        drops.dropped_once(DROPPED);
    });
}

#[test]
fn a_writer_waits_for_readers() {
    EX.within("a writer behind two readers", || {
        let lock = RwLock::new(1);
        let [a, b, c, d] = ["A", "B", "C", "D"].map(TestWaker::new);
        let first = gets(TOGETHER, &a, pin!(lock.read()));
        let second = gets(TOGETHER, &b, pin!(lock.read()));
        let mut writer = pin!(lock.write());
        waits(ALONE, &c, writer.as_mut());
        waits(ALONE, &d, writer.as_mut());
        drop(first);
        RELEASED.check_eq("wakes, with a reader left", [c.wakes(), d.wakes()], [0, 0]);
        waits(ALONE, &d, writer.as_mut());
        drop(second);
        LATEST.check_eq(
            "wakes of C and D, the last to poll",
            [c.wakes(), d.wakes()],
            [0, 1],
        );
        let mut writer = gets(RELEASED, &d, writer);
        *writer += 1;
        drop(writer);
        VALUE.check_eq("the value", *gets(RELEASED, &a, pin!(lock.read())), 2);
        for task in [a, b, c, d] {
            task.none_held(LATEST);
        }
    });
}

#[test]
fn readers_wait_for_a_writer() {
    EX.within("two readers behind a writer", || {
        let lock = RwLock::new(1);
        let [a, b, c] = ["A", "B", "C"].map(TestWaker::new);
        let mut writer = gets(ALONE, &a, pin!(lock.write()));
        let mut first = pin!(lock.read());
        let mut second = pin!(lock.read());
        waits(ALONE, &b, first.as_mut());
        waits(ALONE, &c, second.as_mut());
        *writer = 2;
        drop(writer);
        BATCH.check_eq("wakes of B and C", [b.wakes(), c.wakes()], [1, 1]);
        let second = gets(BATCH, &c, second);
        let first = gets(BATCH, &b, first);
        VALUE.check_eq("what both read", (*first, *second), (2, 2));
    });
}

#[test]
fn a_reader_does_not_overtake_a_writer() {
    EX.within("a reader behind a writer behind a reader", || {
        let lock = RwLock::new(1);
        let [a, b, c] = ["A", "B", "C"].map(TestWaker::new);
        let reader = gets(TOGETHER, &a, pin!(lock.read()));
        let mut writer = pin!(lock.write());
        waits(ALONE, &b, writer.as_mut());
        IN_LINE.check_eq("with a writer in line, free for", free_for(&lock), NOBODY);
        let mut late = pin!(lock.read());
        waits(IN_LINE, &c, late.as_mut());
        drop(reader);
        IN_LINE.check_eq(
            "wakes of the writer and the late reader",
            [b.wakes(), c.wakes()],
            [1, 0],
        );
        waits(IN_LINE, &c, late.as_mut());
        let writer = gets(RELEASED, &b, writer);
        waits(ALONE, &c, late.as_mut());
        drop(writer);
        drop(gets(RELEASED, &c, late));
    });
}

#[test]
fn a_line_of_both() {
    EX.within("a line of readers and writers", || {
        let lock = RwLock::new(String::new());
        let [a, b, c, d, e] = ["A", "B", "C", "D", "E"].map(TestWaker::new);
        let holder = gets(ALONE, &a, pin!(lock.write()));
        let mut reader_1 = pin!(lock.read());
        let mut reader_2 = pin!(lock.read());
        let mut writer = pin!(lock.write());
        let mut reader_3 = pin!(lock.read());
        waits(ALONE, &b, reader_1.as_mut());
        waits(ALONE, &c, reader_2.as_mut());
        waits(ALONE, &d, writer.as_mut());
        waits(ALONE, &e, reader_3.as_mut());
        let wakes = || [b.wakes(), c.wakes(), d.wakes(), e.wakes()];
        drop(holder);
        BATCH.check_eq(
            "wakes of two readers, a writer, a reader",
            wakes(),
            [1, 1, 0, 0],
        );
        let first = gets(BATCH, &b, reader_1);
        let second = gets(BATCH, &c, reader_2);
        waits(IN_LINE, &e, reader_3.as_mut());
        drop((first, second));
        IN_LINE.check_eq(
            "wakes of two readers, a writer, a reader",
            wakes(),
            [1, 1, 1, 0],
        );
        drop(gets(RELEASED, &d, writer));
        IN_LINE.check_eq(
            "wakes of two readers, a writer, a reader",
            wakes(),
            [1, 1, 1, 1],
        );
        drop(gets(RELEASED, &e, reader_3));
    });
}

/// It may have been promised half of what it needs.
#[test]
fn a_writer_leaves_the_line() {
    EX.within("dropping a writer that waits", || {
        let lock = RwLock::new(1);
        let [a, b, c] = ["A", "B", "C"].map(TestWaker::new);
        let first = gets(TOGETHER, &a, pin!(lock.read()));
        let second = gets(TOGETHER, &a, pin!(lock.read()));
        let mut writer = Box::pin(lock.write());
        waits(ALONE, &b, writer.as_mut());
        let mut late = pin!(lock.read());
        waits(IN_LINE, &c, late.as_mut());
        drop(first);
        drop(writer);
        b.none_held(CANCEL);
        CANCEL.check_eq("wakes of the reader behind it", c.wakes(), 1);
        let late = gets(CANCEL, &c, late);
        CANCEL.check_eq("with two readers, free for", free_for(&lock), READERS);
        drop((late, second));
        CANCEL.check_eq("in the end, free for", free_for(&lock), ANYBODY);
    });
}

#[test]
fn a_turn_that_nobody_takes() {
    EX.within("dropping those whose turn has come", || {
        let lock = Arc::new(RwLock::new(1));
        for kind in ["read", "write", "read_owned", "write_owned"] {
            let [a, b, c] = ["A", "B", "C"].map(TestWaker::new);
            let holder = gets(ALONE, &a, pin!(lock.write()));
            let mut leaves: Pin<Box<dyn Future<Output = ()>>> = match kind {
                "read" => Box::pin(async { drop(lock.read().await) }),
                "write" => Box::pin(async { drop(lock.write().await) }),
                "read_owned" => Box::pin(async { drop(lock.clone().read_owned().await) }),
                _ => Box::pin(async { drop(lock.clone().write_owned().await) }),
            };
            let mut next = pin!(lock.write());
            waits(ALONE, &b, leaves.as_mut());
            waits(ALONE, &c, next.as_mut());
            drop(holder);
            TURN.check_eq(
                &format!("wakes of B, in {kind}(), and C"),
                [b.wakes(), c.wakes()],
                [1, 0],
            );
            drop(leaves);
            TURN.check_eq(
                &format!("wakes of C, when B has left {kind}()"),
                c.wakes(),
                1,
            );
            drop(gets(TURN, &c, next));
            TURN.check_eq(
                &format!("in the end, after {kind}(), free for"),
                free_for(&lock),
                ANYBODY,
            );
        }
    });
}

#[test]
fn a_future_that_is_dropped_before_its_turn() {
    EX.within("dropping those who wait", || {
        let lock = Arc::new(RwLock::new(1));
        let [a, b] = ["A", "B"].map(TestWaker::new);
        let holder = gets(ALONE, &a, pin!(lock.write()));
        {
            let mut read = pin!(lock.read());
            let mut write = pin!(lock.write());
            let mut read_owned = pin!(lock.clone().read_owned());
            let mut write_owned = pin!(lock.clone().write_owned());
            waits(ALONE, &b, read.as_mut());
            waits(ALONE, &b, write.as_mut());
            waits(ALONE, &b, read_owned.as_mut());
            waits(ALONE, &b, write_owned.as_mut());
        }
        b.none_held(CANCEL);
        CANCEL.check_eq("references to the lock", Arc::strong_count(&lock), 1);
        drop(holder);
        CANCEL.check_eq("wakes of futures that are gone", b.wakes(), 0);
        CANCEL.check_eq("in the end, free for", free_for(&lock), ANYBODY);
    });
}

/// tokio #2957: the guard that was left had too few permits, or gave back too many.
#[test]
fn tokio_2957_a_writer_becomes_a_reader() {
    EX.within("downgrading", || {
        let lock = Arc::new(RwLock::new(1));
        let [a, b, c, d] = ["A", "B", "C", "D"].map(TestWaker::new);
        for is_owned in [false, true] {
            let mut first = pin!(lock.read());
            let mut next_writer = pin!(lock.write());
            let mut last = pin!(lock.read());
            let reader: Box<dyn Drop_ + '_> = if is_owned {
                let mut writer = gets(ALONE, &a, pin!(lock.clone().write_owned()));
                *writer += 1;
                waits(ALONE, &b, first.as_mut());
                waits(ALONE, &c, next_writer.as_mut());
                waits(ALONE, &d, last.as_mut());
                Box::new(writer.downgrade())
            } else {
                let mut writer = gets(ALONE, &a, pin!(lock.write()));
                *writer += 1;
                waits(ALONE, &b, first.as_mut());
                waits(ALONE, &c, next_writer.as_mut());
                waits(ALONE, &d, last.as_mut());
                Box::new(writer.downgrade())
            };
            let first = gets(DOWNGRADE, &b, first);
            waits(DOWNGRADE, &c, next_writer.as_mut());
            waits(IN_LINE, &d, last.as_mut());
            drop(first);
            waits(DOWNGRADE, &c, next_writer.as_mut());
            drop(reader);
            drop(gets(RELEASED, &c, next_writer));
            drop(gets(RELEASED, &d, last));
            DOWNGRADE.check_eq("in the end, free for", free_for(&lock), ANYBODY);
        }
        VALUE.check_eq("the value", *lock.try_read().unwrap(), 3);
    });
}

/// Whatever is dropped in the end.
trait Drop_ {}
impl<T> Drop_ for T {}

#[test]
fn at_most_so_many_readers() {
    EX.within("locks for few readers", || {
        for max_readers in [1, 2] {
            let lock = RwLock::with_max_readers(0, max_readers);
            let [a, b] = ["A", "B"].map(TestWaker::new);
            let mut readers: Vec<_> = (0..max_readers)
                .map(|_| gets(TOGETHER, &a, pin!(lock.read())))
                .collect();
            let mut late = pin!(lock.read());
            waits(MAX, &b, late.as_mut());
            readers.pop();
            MAX.check_eq("wakes, when there is room", b.wakes(), 1);
            drop(gets(MAX, &b, late));
            drop(readers);
            let writer = gets(ALONE, &a, pin!(lock.write()));
            MAX.check_eq("with a writer, free for", free_for(&lock), NOBODY);
            let reader = writer.downgrade();
            let expected = (max_readers == 2, false);
            MAX.check_eq(
                "with a reader that was a writer, free for",
                free_for(&lock),
                expected,
            );
            drop(reader);
            MAX.check_eq("in the end, free for", free_for(&lock), ANYBODY);
            let lock = Arc::new(RwLock::with_max_readers(0, max_readers));
            let owned = lock.try_write_owned().unwrap().downgrade();
            let free = free_for(OwnedRwLockReadGuard::rwlock(&owned));
            MAX.check_eq("with a reader that was a writer, free for", free, expected);
        }
        let lock = RwLock::const_with_max_readers(0, 1);
        let _reader = lock.try_read().unwrap();
        MAX.check_eq("with its one reader, free for", free_for(&lock), NOBODY);
    });
}

/// With no permits at all, a writer had all of them, and so had the next.
#[test]
fn tokio_8076_a_lock_for_no_reader() {
    EX.within("locks for too few and too many readers", || {
        MAX.panics(
            || RwLock::with_max_readers(0, 0),
            "a lock for no reader was made",
        );
        MAX.panics(
            || RwLock::const_with_max_readers(0, 0),
            "a lock for no reader was made",
        );
        let most = u32::MAX >> 3;
        MAX.panics(
            || RwLock::with_max_readers(0, most + 1),
            "a lock for too many was made",
        );
        MAX.panics(
            || RwLock::const_with_max_readers(0, most + 1),
            "a lock for too many was made",
        );
        let lock = RwLock::with_max_readers(0, most);
        MAX.check_eq(
            "a lock for as many as can be, free for",
            free_for(&lock),
            ANYBODY,
        );
        drop(lock.try_write());
        MAX.check_eq("after a writer, free for", free_for(&lock), ANYBODY);
    });
}

#[test]
fn guards_of_a_part() {
    EX.within("mapping guards", || {
        let lock = RwLock::new((1, String::from("a")));
        let whole = lock.try_read().unwrap();
        let part = RwLockReadGuard::map(whole, |value| &value.1);
        MAPPED.check_eq("the part", &**part, "a");
        let part = RwLockReadGuard::try_map(part, |_| None::<&str>).unwrap_err();
        let part = RwLockReadGuard::try_map(part, |text| text.get(..1)).unwrap();
        MAPPED.check_eq(
            "with a reader of a part, free for",
            free_for(&lock),
            READERS,
        );
        drop(part);
        MAPPED.check_eq("when it is gone, free for", free_for(&lock), ANYBODY);

        let whole = lock.try_write().unwrap();
        let whole = RwLockWriteGuard::try_map(whole, |_| None::<&mut u8>).unwrap_err();
        let part = RwLockWriteGuard::try_map(whole, |value| Some(&mut value.1)).unwrap();
        let mut part = RwLockMappedWriteGuard::map(part, |text| text);
        part.push('b');
        let part = RwLockMappedWriteGuard::try_map(part, |_| None::<&mut u8>).unwrap_err();
        let part = RwLockMappedWriteGuard::try_map(part, |text| Some(text.as_mut_str())).unwrap();
        MAPPED.check_eq("with a writer of a part, free for", free_for(&lock), NOBODY);
        drop(part);
        let mut mapped = RwLockWriteGuard::into_mapped(lock.try_write().unwrap());
        mapped.0 = 2;
        MAPPED.check_eq("with a mapped writer, free for", free_for(&lock), NOBODY);
        drop(mapped);
        let part = RwLockWriteGuard::map(lock.try_write().unwrap(), |value| &mut value.0);
        MAPPED.check_eq("with a writer of a part, free for", free_for(&lock), NOBODY);
        drop(part);

        let whole = lock.try_write().unwrap();
        let whole = RwLockWriteGuard::try_downgrade_map(whole, |_| None::<&u8>).unwrap_err();
        MAPPED.check_eq(
            "with a writer that is still one, free for",
            free_for(&lock),
            NOBODY,
        );
        let part = RwLockWriteGuard::try_downgrade_map(whole, |value| Some(&value.1)).unwrap();
        MAPPED.check_eq(
            "with a reader of a part, free for",
            free_for(&lock),
            READERS,
        );
        MAPPED.check_eq("the part", &**part, "ab");
        drop(part);
        let part = RwLockWriteGuard::downgrade_map(lock.try_write().unwrap(), |value| &value.0);
        MAPPED.check_eq(
            "with a reader of a part, free for",
            free_for(&lock),
            READERS,
        );
        MAPPED.check_eq("the part", *part, 2);
        drop(part);
        MAPPED.check_eq("in the end, free for", free_for(&lock), ANYBODY);
    });
}

#[test]
fn owned_guards() {
    EX.within("owned guards", || {
        let (token, drops) = drop_counter("value");
        let lock = Arc::new(RwLock::new((token, 1)));
        let reader = lock.clone().try_read_owned().unwrap();
        OWNED.check(
            Arc::ptr_eq(OwnedRwLockReadGuard::rwlock(&reader), &lock),
            "of another lock",
        );
        let other = lock.clone().try_read_owned();
        TOGETHER.check(other.is_ok(), "a second reader is kept out by the first");
        ALONE.check(
            lock.clone().try_write_owned().is_err(),
            "a writer beside readers",
        );
        drop((reader, other));
        let mut writer = lock.clone().try_write_owned().unwrap();
        OWNED.check(
            Arc::ptr_eq(OwnedRwLockWriteGuard::rwlock(&writer), &lock),
            "of another lock",
        );
        ALONE.check(
            lock.clone().try_read_owned().is_err(),
            "a reader beside a writer",
        );
        writer.1 = 2;
        let writer = OwnedRwLockWriteGuard::try_map(writer, |_| None::<&mut u8>).unwrap_err();
        let part = OwnedRwLockWriteGuard::try_map(writer, |value| Some(&mut value.1)).unwrap();
        let part = OwnedRwLockMappedWriteGuard::try_map(part, |_| None::<&mut u8>).unwrap_err();
        let part = OwnedRwLockMappedWriteGuard::try_map(part, |part| Some(part)).unwrap();
        let mut part = OwnedRwLockMappedWriteGuard::map(part, |part| part);
        *part += 1;
        OWNED.check(
            Arc::ptr_eq(OwnedRwLockMappedWriteGuard::rwlock(&part), &lock),
            "of another lock",
        );
        MAPPED.check_eq("with a writer of a part, free for", free_for(&lock), NOBODY);
        drop(part);
        drop(OwnedRwLockWriteGuard::into_mapped(
            lock.clone().try_write_owned().unwrap(),
        ));
        let writer = OwnedRwLockWriteGuard::map(lock.clone().try_write_owned().unwrap(), |value| {
            &mut value.1
        });
        drop(writer);
        let writer = lock.clone().try_write_owned().unwrap();
        let writer = OwnedRwLockWriteGuard::try_downgrade_map(writer, |_| None::<&u8>).unwrap_err();
        let part =
            OwnedRwLockWriteGuard::try_downgrade_map(writer, |value| Some(&value.1)).unwrap();
        MAPPED.check_eq(
            "with a reader of a part, free for",
            free_for(&lock),
            READERS,
        );
        drop(part);
        let writer = lock.clone().try_write_owned().unwrap();
        let part = OwnedRwLockWriteGuard::downgrade_map(writer, |value| &value.1);
        let part = OwnedRwLockReadGuard::try_map(part, |_| None::<&u8>).unwrap_err();
        let part = OwnedRwLockReadGuard::try_map(part, |part| Some(part)).unwrap();
        let part = OwnedRwLockReadGuard::map(part, |part| part);
        MAPPED.check_eq(
            "with a reader of a part, free for",
            free_for(&lock),
            READERS,
        );
        drop(lock);
        OWNED.check_eq("drops, with an owned guard left", drops.count(), 0);
        VALUE.check_eq("the part", *part, 3);
        drop(part);
        drops.dropped_once(OWNED);
    });
}

#[test]
fn a_guard_is_dropped_by_a_panic() {
    EX.within("panicking with a guard", || {
        let lock = RwLock::new(1);
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            let mut writer = lock.try_write().unwrap();
            *writer = 2;
            panic!("expected by the test");
        }));
        RELEASED.check(panicked.is_err(), "the panic was not passed on");
        RELEASED.check_eq("after a panic, free for", free_for(&lock), ANYBODY);
        let writer = lock.try_write().unwrap();
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            drop(RwLockWriteGuard::map(writer, |_: &mut i32| -> &mut i32 {
                panic!("expected by the test")
            }));
        }));
        RELEASED.check(panicked.is_err(), "the panic was not passed on");
        RELEASED.check_eq(
            "after a panic while mapping, free for",
            free_for(&lock),
            ANYBODY,
        );
    });
}

#[test]
fn wakers_that_use_the_lock() {
    NO_LOCK.within(
        "wakers that lock",
        "a waker waits for a lock that its caller holds",
        || {
            let lock = Arc::new(RwLock::new(0));
            let [a, b, c] = ["A", "B", "C"].map(TestWaker::new);
            for task in [&a, &b] {
                for on in [TestWaker::on_wake, TestWaker::on_clone, TestWaker::on_drop] {
                    let lock = Arc::clone(&lock);
                    on(
                        task,
                        Box::new(move || {
                            drop(lock.try_read());
                            drop(lock.try_write());
                        }) as Box<dyn Fn() + Send + Sync>,
                    );
                }
            }
            let holder = gets(ALONE, &c, pin!(lock.write()));
            let mut reader = pin!(lock.read());
            let mut writer = pin!(lock.write());
            for task in [&a, &b, &a] {
                waits(ALONE, task, reader.as_mut());
                waits(ALONE, task, writer.as_mut());
            }
            let mut dropped = Box::pin(lock.read());
            waits(ALONE, &a, dropped.as_mut());
            drop(dropped);
            let holder = holder.downgrade();
            let reader = gets(DOWNGRADE, &a, reader);
            drop(holder);
            drop(reader);
            drop(gets(RELEASED, &a, writer));
        },
    );
}

#[test]
fn locks_of_things_without_a_size() {
    EX.within("locks of slices", || {
        let lock: Arc<RwLock<[u32]>> = Arc::new(RwLock::new([1, 2, 3]));
        lock.try_write().unwrap()[0] = 4;
        let reader = lock.clone().try_read_owned().unwrap();
        VALUE.check_eq("the slice", &*reader, &[4, 2, 3][..]);
        drop(reader);
        let part = RwLockReadGuard::map(lock.try_read().unwrap(), |slice| &slice[1..]);
        VALUE.check_eq("a part of it", &*part, &[2, 3][..]);
        fn shareable<T: Send + Sync>(_: T) {}
        shareable(lock.read());
        shareable(lock.write());
        shareable(lock.clone().write_owned());
        shareable(part);
        shareable(lock.try_read().map(drop));
    });
}

#[test]
fn on_a_scheduler() {
    EX.within("ten tasks that count", || {
        let lock = Arc::new(RwLock::new(0));
        Runtime::new().block_on(async {
            let tasks: Vec<_> = (0..10)
                .map(|i| {
                    let lock = Arc::clone(&lock);
                    spawn(async move {
                        for _ in 0..TIMES {
                            if i % 2 == 0 {
                                let mut writer = lock.write().await;
                                let before = *writer;
                                yield_now().await;
                                ALONE.check_eq("the value, after a yield", *writer, before);
                                *writer += 1;
                            } else {
                                let reader = lock.clone().read_owned().await;
                                let before = *reader;
                                yield_now().await;
                                ALONE.check_eq("the value, after a yield", *reader, before);
                            }
                        }
                    })
                })
                .collect();
            for task in tasks {
                task.await.unwrap();
            }
        });
        VALUE.check_eq("the value", *lock.try_read().unwrap(), 5 * TIMES);
    });
}

#[test]
fn on_threads() {
    EX.within("three threads that count", || {
        let lock = Arc::new(RwLock::new(0));
        let threads: Vec<_> = (0..3)
            .map(|i| {
                let lock = Arc::clone(&lock);
                thread::spawn(move || {
                    for _ in 0..TIMES {
                        if i == 0 {
                            *lock.blocking_write() += 1;
                        } else {
                            *futures::executor::block_on(lock.write()) += 1;
                        }
                        drop(lock.blocking_read());
                    }
                })
            })
            .collect();
        for thread in threads {
            thread.join().unwrap();
        }
        VALUE.check_eq("the value", *lock.blocking_read(), 3 * TIMES);
        VALUE.check_eq("the lock, free for", free_for(&lock), ANYBODY);
        let ready = TestWaker::new("A")
            .poll(pin!(lock.read()))
            .map(|value| *value);
        VALUE.check_eq("read()", ready, Poll::Ready(3 * TIMES));
    });
}

/// A writer on any thread can move the value out, and readers on many have a `&T` at a time.
#[test]
fn the_type_says_what_may_go_to_other_threads() {
    EX.within("looking at the bounds of RwLock", || {
        VALUE.check_eq("the value of a new lock", RwLock::new(0).into_inner(), 0);
        BOUNDS.check_eq(
            "whether `RwLock<u32>` is Send, and whether it is Sync",
            send_and_sync!(RwLock<u32>),
            (true, true),
        );
        BOUNDS.check_eq(
            "whether `RwLock<Cell<u32>>` is Send, and whether it is Sync",
            send_and_sync!(RwLock<OnlySend>),
            (true, false),
        );
        BOUNDS.check_eq(
            "whether `RwLock<MutexGuard<'static, u32>>` is Send, and whether it is Sync",
            send_and_sync!(RwLock<OnlySync>),
            (false, false),
        );
        BOUNDS.check_eq(
            "whether `RwLock<Rc<u32>>` is Send, and whether it is Sync",
            send_and_sync!(RwLock<Neither>),
            (false, false),
        );
    });
}
