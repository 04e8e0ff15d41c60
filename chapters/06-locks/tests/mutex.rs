//! The mutex as it is used: locked, handed over, mapped.

#![cfg(not(loom))]

use std::sync::Arc;
use std::thread;

use locks::{
    MappedMutexGuard, Mutex, MutexGuard, OwnedMappedMutexGuard, OwnedMutexGuard, TryLockError,
};
use testkit::{Exercise, Rule, TestWaker, drop_counter};

const CHAPTER: Exercise = Exercise::chapter("6", "locks/index.md");
const IN_TURN: Rule = CHAPTER
    .may_be("6.4, 6.5 or 6.6")
    .rule("One has the lock, and the others get it in the order in which they came.");
const GUARDS: Rule = CHAPTER.rule(
    "A guard gives access to all or a part, and gives the lock back once; a panic poisons nothing.",
);
const WAITS: Rule = CHAPTER
    .may_be("6.5 or 6.6")
    .rule("A thread that waits gets the lock, and a thread that runs tasks must not wait.");
const TYPES: Rule = CHAPTER.rule("The types are Send and Sync as far as what they guard is.");

#[test]
fn one_has_it_and_the_others_wait_in_order() {
    IN_TURN.holds("three who want a lock", || {
        let mutex = Mutex::new(Vec::new());
        let guard = mutex.try_lock().unwrap();
        assert_eq!(
            mutex.try_lock().unwrap_err().to_string(),
            "operation would block"
        );
        assert_eq!(format!("{mutex:?}"), "Mutex { data: <locked> }");
        let tasks = ["A", "B"].map(TestWaker::new);
        let [mut a, mut b] = [0, 1].map(|_| Box::pin(mutex.lock()));
        assert!(tasks[0].poll(a.as_mut()).is_pending());
        assert!(tasks[1].poll(b.as_mut()).is_pending());
        drop(guard);
        // It is A's now, though A has not looked yet.
        assert!(mutex.try_lock().is_err());
        assert_eq!((tasks[0].wakes(), tasks[1].wakes()), (1, 0));
        assert!(tasks[1].poll(b.as_mut()).is_pending());
        let std::task::Poll::Ready(mut guard) = tasks[0].poll(a.as_mut()) else {
            panic!("it was handed to A");
        };
        guard.push("A");
        drop(guard);
        let std::task::Poll::Ready(mut guard) = tasks[1].poll(b.as_mut()) else {
            panic!("it was handed to B");
        };
        guard.push("B");
        assert_eq!(*guard, ["A", "B"]);
        assert!(std::ptr::eq(MutexGuard::mutex(&guard), &mutex));
    });
}

#[test]
fn one_who_is_dropped_hands_it_on() {
    IN_TURN.holds("one who got the lock and is dropped", || {
        let mutex = Arc::new(Mutex::new(0));
        let guard = Arc::clone(&mutex).try_lock_owned().unwrap();
        let tasks = ["A", "B", "C"].map(TestWaker::new);
        let mut futures = [0, 1, 2].map(|_| Some(Box::pin(Arc::clone(&mutex).lock_owned())));
        for (future, task) in futures.iter_mut().zip(&tasks) {
            assert!(task.poll(future.as_mut().unwrap().as_mut()).is_pending());
        }
        futures[1] = None;
        drop(guard);
        futures[0] = None;
        assert_eq!(tasks.each_ref().map(TestWaker::wakes), [1, 0, 1]);
        let std::task::Poll::Ready(guard) = tasks[2].poll(futures[2].as_mut().unwrap().as_mut())
        else {
            panic!("it was handed to C");
        };
        assert!(Arc::ptr_eq(OwnedMutexGuard::mutex(&guard), &mutex));
        drop(guard);
        assert!(mutex.try_lock().is_ok());
    });
}

/// A waker that comes back for the lock when it is woken, cloned and dropped.
#[test]
fn a_waker_comes_back_for_the_lock() {
    IN_TURN.holds("a waker that locks", || {
        let mutex = Arc::new(Mutex::new(0));
        let [first, second] = ["first", "second"].map(TestWaker::new);
        let guard = mutex.try_lock().unwrap();
        let mut future = Box::pin(Arc::clone(&mutex).lock_owned());
        for task in [&first, &second] {
            let lock = |mutex: &Arc<Mutex<i32>>| {
                let mutex = Arc::clone(mutex);
                move || {
                    let other = TestWaker::new("other");
                    drop(other.poll(Box::pin(mutex.lock()).as_mut()));
                }
            };
            task.on_wake(lock(&mutex));
            task.on_clone(lock(&mutex));
            task.on_drop(lock(&mutex));
        }
        assert!(first.poll(future.as_mut()).is_pending());
        assert!(second.poll(future.as_mut()).is_pending());
        drop(guard);
        assert_eq!((first.wakes(), second.wakes()), (0, 1));
        assert!(second.poll(future.as_mut()).is_ready());
    });
}

#[test]
fn a_guard_is_of_a_part() {
    GUARDS.holds("a guard is of a part", || {
        let mutex = Mutex::new((1, [2, 3]));
        let guard = mutex.try_lock().unwrap();
        let pair = MutexGuard::map(guard, |value| &mut value.1);
        let mut second = MappedMutexGuard::map(pair, |pair| &mut pair[1]);
        *second += 10;
        assert!(mutex.try_lock().is_err());
        let second = MappedMutexGuard::try_map(second, |_| None::<&mut u8>).unwrap_err();
        let second = MappedMutexGuard::try_map(second, |value| Some(value))
            .ok()
            .unwrap();
        assert_eq!(format!("{second} {second:?}"), "13 13");
        drop(second);
        let guard = mutex.try_lock().unwrap();
        let guard = MutexGuard::try_map(guard, |_| None::<&mut u8>).unwrap_err();
        let first = MutexGuard::try_map(guard, |value| Some(&mut value.0))
            .ok()
            .unwrap();
        assert_eq!(*first, 1);
        drop(first);
        assert_eq!(mutex.into_inner(), (1, [2, 13]));
    });
}

#[test]
fn an_owned_guard_is_of_a_part() {
    GUARDS.holds("an owned guard is of a part", || {
        let (token, drops) = drop_counter("value");
        let mutex = Arc::new(Mutex::new((1, [2, 3], token)));
        let guard = Arc::clone(&mutex).try_lock_owned().unwrap();
        let pair = OwnedMutexGuard::map(guard, |value| &mut value.1);
        let mut second = OwnedMappedMutexGuard::map(pair, |pair| &mut pair[1]);
        *second += 10;
        assert!(mutex.try_lock().is_err());
        let second = OwnedMappedMutexGuard::try_map(second, |_| None::<&mut u8>).unwrap_err();
        let second = OwnedMappedMutexGuard::try_map(second, |value| Some(value))
            .ok()
            .unwrap();
        assert_eq!(format!("{second} {second:?}"), "13 13");
        drop(second);
        let guard = Arc::clone(&mutex).try_lock_owned().unwrap();
        let guard = OwnedMutexGuard::try_map(guard, |_| None::<&mut u8>).unwrap_err();
        let first = OwnedMutexGuard::try_map(guard, |value| Some(&mut value.0))
            .ok()
            .unwrap();
        assert_eq!(*first, 1);
        // The guard is the last owner.
        drop(mutex);
        assert_eq!(drops.count(), 0);
        drop(first);
        assert_eq!(drops.count(), 1);
    });
}

#[test]
fn there_is_no_poison() {
    GUARDS.holds("there is no poison", || {
        let mutex = Arc::new(Mutex::new(1));
        let theirs = Arc::clone(&mutex);
        let panicked = thread::spawn(move || {
            let mut guard = theirs.try_lock().unwrap();
            *guard = 2;
            std::panic::resume_unwind(Box::new("expected"));
        });
        assert!(panicked.join().is_err());
        assert_eq!(*mutex.try_lock().unwrap(), 2);
    });
}

#[test]
fn a_thread_waits() {
    WAITS.holds("blocking_lock", || {
        let rounds = if cfg!(miri) { 3 } else { 100 };
        let mutex = Arc::new(Mutex::new(0));
        let threads: Vec<_> = (0..4)
            .map(|_| {
                let mutex = Arc::clone(&mutex);
                thread::spawn(move || {
                    for _ in 0..rounds {
                        *mutex.blocking_lock() += 1;
                        *Arc::clone(&mutex).blocking_lock_owned() += 1;
                    }
                })
            })
            .collect();
        for thread in threads {
            thread.join().unwrap();
        }
        assert_eq!(Arc::into_inner(mutex).unwrap().into_inner(), 8 * rounds);
    });
}

#[test]
fn a_thread_that_runs_tasks_does_not_wait() {
    WAITS.holds("a thread that runs tasks does not wait", || {
        let said = WAITS.panics(
            || {
                let rt = current_thread::Runtime::new();
                rt.block_on(async { drop(Mutex::new(1).blocking_lock()) });
            },
            "it did not panic",
        );
        WAITS.check(
            said.contains("Cannot block the current thread from within a runtime."),
            format_args!("it said: {said}"),
        );
    });
}

#[test]
fn the_types_are_what_users_expect() {
    TYPES.holds("the types are what users expect", || {
        fn send_sync<T: Send + Sync>() {}
        fn send<T: Send>(_: &T) {}
        send_sync::<Mutex<std::cell::Cell<u8>>>();
        send_sync::<MutexGuard<'_, u8>>();
        send_sync::<MappedMutexGuard<'_, u8>>();
        send_sync::<OwnedMutexGuard<u8>>();
        send_sync::<OwnedMappedMutexGuard<u8, u8>>();
        send_sync::<TryLockError>();
        static IN_A_STATIC: Mutex<u8> = Mutex::const_new(2);
        send(&IN_A_STATIC.lock());
        assert_eq!(*IN_A_STATIC.try_lock().unwrap(), 2);
        // Not only of sized values.
        let mut boxed: Box<Mutex<[u8]>> = Box::new(Mutex::new([1, 2]));
        boxed.get_mut()[0] = 7;
        assert_eq!(*boxed.try_lock().unwrap(), [7, 2]);
        assert_eq!(format!("{:?}", Mutex::from(1)), "Mutex { data: 1 }");
        assert_eq!(Mutex::<u8>::default().into_inner(), 0);
    });
}
