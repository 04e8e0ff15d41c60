//! A run that fails is drawn: which thread did what, in which order, and where it ended. The names of
//! things and values are not the kit's affair: `cargo course` reads them from the source.
#![cfg(loom)]

mod support;

use std::ptr;
use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};
use std::task::Waker;

use model::lanes::Row;
use model::loom::cell::UnsafeCell;
use model::loom::sync::atomic::{AtomicBool, AtomicPtr, AtomicUsize};
use model::loom::sync::{Arc, Condvar, Mutex};
use model::loom::thread;
use model::run::{Run, Unnamed};
use testkit::TestWaker;

use support::{Failure, RULE, failure_of};

/// Checks that the picture says each of these.
#[track_caller]
fn shows(failure: &Failure, all: &[&str]) {
    let line = failure
        .report
        .lines()
        .find_map(|line| line.strip_prefix("run: "));
    let run = Run::from_line(line.expect("it has a run")).unwrap();
    let schedule = run.schedule(&Unnamed);
    for row in model::lanes::draw(&schedule, 100) {
        let row: String = row.into_iter().map(|piece| piece.text).collect();
        println!("{row}");
    }
    let mut told = schedule.lanes;
    told.extend(schedule.rows.into_iter().flat_map(|row| match row {
        Row::Step(step) => vec![step.text, step.remark],
        Row::Fold(text) => vec![text],
    }));
    told.extend(schedule.ends.into_iter().map(|end| end.text));
    told.push(schedule.meaning);
    for words in all {
        let is_told = told.iter().any(|text| text.contains(words));
        assert!(is_told, "it does not show {words:?}");
    }
}

/// Nobody touches the slot.
const WAITING: usize = 0;
/// A waker is being put into the slot.
const REGISTERING: usize = 1;
/// A waker is being taken out of it.
const WAKING: usize = 2;

/// Keeps the latest waker, and loses wakes: who comes while a waker is being registered goes away.
struct Cell {
    state: AtomicUsize,
    slot: UnsafeCell<Option<Waker>>,
}

// SAFETY: the slot is used by whoever has taken `state` from WAITING.
unsafe impl Sync for Cell {}

impl Cell {
    fn new() -> Cell {
        Cell {
            state: AtomicUsize::new(WAITING),
            slot: UnsafeCell::new(None),
        }
    }

    fn register(&self, waker: &Waker) {
        // ORDERING: Acquire; pairs with the Release in `wake`, and the one below.
        let seen = self
            .state
            .compare_exchange(WAITING, REGISTERING, Acquire, Acquire);
        if seen.is_ok() {
            // SAFETY: this thread has taken the state from WAITING.
            self.slot
                .with_mut(|slot| unsafe { *slot = Some(waker.clone()) });
            // ORDERING: Release; pairs with the Acquire of who takes the state next.
            self.state.store(WAITING, Release);
        }
    }

    fn wake(&self) {
        // ORDERING: AcqRel; pairs with the Release in `register`.
        if self.state.fetch_or(WAKING, AcqRel) == WAITING {
            // SAFETY: this thread has taken the state from WAITING.
            let waker = self.slot.with_mut(|slot| unsafe { (*slot).take() });
            // ORDERING: Release; as above.
            self.state.fetch_and(!WAKING, Release);
            if let Some(waker) = waker {
                waker.wake();
            }
        }
    }
}

#[test]
fn a_lost_wake_is_shown_where_it_is_lost() {
    let failure = failure_of(|| {
        RULE.model(|| {
            testkit::lane("the task");
            let cell = Arc::new(Cell::new());
            let value = Arc::new(AtomicBool::new(false));
            let waker = TestWaker::new("A");
            let sender = thread::spawn({
                let (cell, value) = (Arc::clone(&cell), Arc::clone(&value));
                move || {
                    testkit::lane("the sender");
                    value.store(true, Release);
                    cell.wake();
                }
            });
            cell.register(&waker.waker());
            let is_there = value.load(Acquire);
            sender.join().unwrap();
            RULE.check(
                is_there || waker.wakes() == 1,
                "the task sleeps, and it was not woken",
            );
        });
    });
    shows(
        &failure,
        &[
            "the task",
            "the sender",
            "atomic.compare_exchange(Acquire): 0 → 1",
            "atomic.fetch_or(AcqRel): 1 → 3",
            "waker of A cloned",
            "the cell: written",
            "fails: the task sleeps, and it was not woken",
        ],
    );
}

#[test]
fn an_old_value_is_called_old() {
    let failure = failure_of(|| {
        RULE.model(|| {
            let data = Arc::new(AtomicUsize::new(0));
            let flag = Arc::new(AtomicBool::new(false));
            let other = thread::spawn({
                let (data, flag) = (Arc::clone(&data), Arc::clone(&flag));
                move || {
                    data.store(7, Relaxed);
                    flag.store(true, Relaxed);
                }
            });
            if flag.load(Relaxed) {
                assert_eq!(data.load(Relaxed), 7, "the data behind the flag");
            }
            other.join().unwrap();
        });
    });
    shows(
        &failure,
        &[
            "thread 1",
            "atomic.store(Relaxed): 0 → 7",
            "atomic.load(Relaxed): 0",
            "an old value: step 2 made it 7",
            "fails: the data behind the flag; left: 0; right: 7",
        ],
    );
}

#[test]
fn who_sleeps_for_ever_is_shown() {
    let failure = failure_of(|| {
        RULE.model(|| {
            testkit::lane("the sleeper");
            let pair = Arc::new((Mutex::new(()), Condvar::new(), AtomicBool::new(false)));
            let other = thread::spawn({
                let pair = Arc::clone(&pair);
                move || {
                    let (_, changed, is_done) = &*pair;
                    is_done.store(true, Release);
                    testkit::note("nobody has the lock here");
                    changed.notify_one();
                }
            });
            let (lock, changed, is_done) = &*pair;
            let guard = lock.lock().unwrap();
            if !is_done.load(Acquire) {
                drop(changed.wait(guard));
            }
            other.join().unwrap();
        });
    });
    shows(
        &failure,
        &[
            "the mutex: locked",
            "atomic.load(Acquire): false",
            "nobody has the lock here",
            "condvar.notify_one: nobody waits",
            "sleeps for ever: the condition variable.wait",
            "nobody is left to wake it: the wake was lost",
        ],
    );
}

#[test]
fn two_accesses_that_nothing_orders_are_named() {
    struct Shared(UnsafeCell<usize>);
    // SAFETY: it is not, and loom finds out.
    unsafe impl Sync for Shared {}
    let failure = failure_of(|| {
        RULE.model(|| {
            let shared = Arc::new((Shared(UnsafeCell::new(0)), AtomicBool::new(false)));
            let other = thread::spawn({
                let shared = Arc::clone(&shared);
                move || {
                    let (Shared(number), is_done) = &*shared;
                    // SAFETY: nobody reads it before `is_done`.
                    number.with_mut(|number| unsafe { *number = 1 });
                    is_done.store(true, Relaxed);
                }
            });
            let (Shared(number), is_done) = &*shared;
            if is_done.load(Acquire) {
                // SAFETY: it is done.
                number.with(|number| unsafe { number.read() });
            }
            other.join().unwrap();
        });
    });
    shows(
        &failure,
        &[
            "the cell: written",
            "reads the cell",
            "Nothing orders this with step 2",
        ],
    );
}

#[test]
fn what_goes_around_is_shown_once() {
    let failure = failure_of(|| {
        RULE.model(|| {
            let flag = Arc::new(AtomicBool::new(false));
            let other = thread::spawn({
                let flag = Arc::clone(&flag);
                move || {
                    for _ in 0..9 {
                        flag.load(Relaxed);
                    }
                }
            });
            other.join().unwrap();
            panic!("always");
        });
    });
    shows(
        &failure,
        &[
            "atomic.load(Relaxed): false",
            "this step 8 times more",
            "fails: always",
        ],
    );
}

#[test]
fn what_a_pointer_leads_to_has_a_number() {
    struct Padded<T>(T);
    struct Node;
    struct List {
        head: Padded<AtomicPtr<Node>>,
    }
    let failure = failure_of(|| {
        RULE.model(|| {
            let list = List {
                head: Padded(AtomicPtr::new(ptr::null_mut())),
            };
            let mut nodes = [7_u8, 8];
            let [one, other] = nodes.each_mut().map(|node| ptr::from_mut(node).cast());
            list.head.0.store(one, Release);
            list.head.0.swap(other, AcqRel);
            list.head.0.swap(one, AcqRel);
            panic!("always");
        });
    });
    shows(
        &failure,
        &[
            "atomic.store(Release): null → Node 1",
            "atomic.swap(AcqRel): Node 1 → Node 2",
            "atomic.swap(AcqRel): Node 2 → Node 1",
        ],
    );
}

/// Two at most are needed here, and the second only for another failure.
#[test]
fn the_run_that_is_shown_has_no_needless_change_of_threads() {
    let failure = failure_of(|| {
        RULE.model(|| {
            let number = Arc::new(AtomicUsize::new(0));
            let other = thread::spawn({
                let number = Arc::clone(&number);
                move || {
                    number.fetch_add(1, Relaxed);
                    number.fetch_add(1, Relaxed);
                }
            });
            let seen = [number.load(Relaxed), number.load(Relaxed)];
            other.join().unwrap();
            assert_eq!(seen, [0, 0], "some run fails");
        });
    });
    shows(&failure, &["fails: some run fails"]);
}

/// A cell in memory that the test frees by hand, as a task's cell is.
struct Freed(*mut Counted);

struct Counted {
    references: AtomicUsize,
    number: UnsafeCell<usize>,
}

// SAFETY: the pointer is to a `Counted`, which both threads may reach until they give it up.
unsafe impl Send for Freed {}

impl Freed {
    /// Two references to one cell.
    fn two() -> [Freed; 2] {
        let counted = Box::into_raw(Box::new(Counted {
            references: AtomicUsize::new(2),
            number: UnsafeCell::new(0),
        }));
        [Freed(counted), Freed(counted)]
    }

    /// Reads the number, and gives the reference up. `order` is that of the count.
    fn read_and_give_up(self, order: std::sync::atomic::Ordering) {
        // SAFETY: this reference has not been given up yet.
        let counted = unsafe { &*self.0 };
        // SAFETY: as above, and nothing writes the number.
        counted.number.with(|number| unsafe { number.read() });
        if counted.references.fetch_sub(1, order) == 1 {
            // SAFETY: the other thread has given its reference up. With too weak an `order`, what it
            // read before that may come later: this is what the model has to find.
            drop(unsafe { Box::from_raw(self.0) });
        }
    }
}

#[test]
fn the_end_of_a_cell_is_ordered_after_its_uses() {
    RULE.model(|| {
        let [ours, theirs] = Freed::two();
        let other = thread::spawn(move || theirs.read_and_give_up(AcqRel));
        ours.read_and_give_up(AcqRel);
        other.join().unwrap();
    });
}

#[test]
fn a_cell_that_ends_while_another_thread_may_read_it_is_a_race() {
    let failure = failure_of(|| {
        RULE.model(|| {
            let [ours, theirs] = Freed::two();
            let other = thread::spawn(move || theirs.read_and_give_up(Relaxed));
            ours.read_and_give_up(Relaxed);
            other.join().unwrap();
        });
    });
    shows(
        &failure,
        &["drops the cell", "Nothing orders this with step"],
    );
}

#[test]
fn a_word_that_is_looked_at_after_its_end() {
    let failure = failure_of(|| {
        RULE.model(|| {
            let [ours, theirs] = Freed::two();
            theirs.read_and_give_up(AcqRel);
            let counted = ours.0;
            ours.read_and_give_up(AcqRel);
            // SAFETY: it was freed in the line above, which the model has to find.
            unsafe { &*counted }.references.load(Relaxed);
        });
    });
    shows(&failure, &["a use after free"]);
}
