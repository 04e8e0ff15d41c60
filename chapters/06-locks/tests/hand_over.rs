//! 6.5: permits that are released while somebody waits go to those who wait, in order.

#![cfg(not(loom))]

mod kept;

use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Mutex};

use kept::Kept;
use locks::steps::Locked;
use locks::{OwnedSemaphorePermit, Semaphore};
use testkit::{Exercise, Rule, TestWaker};

const EX: Exercise = Exercise::new("6.5", "locks/hand-over.md");

const ORDER: Rule =
    EX.rule("The task that came first is served first, however many permits it wants.");
const PART: Rule =
    EX.rule("What is released goes to the first task that waits, in part if it does not suffice.");
const CONSERVED: Rule = EX.rule("No permit is lost, and none is made.");
const WOKEN: Rule =
    EX.rule("A waiter that has all its permits is woken, once; one that has not is not.");
const CLEARED: Rule =
    EX.rule("When no task waits any more, QUEUED is cleared: then a release needs no lock.");
const UNLOCKED: Rule =
    EX.rule("A waker is foreign code: it is cloned, woken and dropped with no lock held.");

/// One who wants a number of permits.
struct Wants {
    task: TestWaker,
    future: Kept<Box<dyn Unpinned>>,
    got: Option<OwnedSemaphorePermit>,
}

trait Unpinned: Future<Output = OwnedSemaphorePermit> + Send + Unpin {}
impl<F: Future<Output = OwnedSemaphorePermit> + Send + Unpin> Unpinned for F {}

impl Wants {
    /// Waits for `n` permits.
    fn new(name: &str, semaphore: &Arc<Semaphore>, n: u32) -> Wants {
        let semaphore = Arc::clone(semaphore);
        let future = async move {
            let permits = semaphore.acquire_many_owned(n).await;
            permits.expect("nobody closes it")
        };
        let mut wants = Wants {
            task: TestWaker::new(name),
            future: Kept::new(Box::new(Box::pin(future))),
            got: None,
        };
        ORDER.check(
            !wants.poll(),
            format_args!("{name} need not wait for {n} permits"),
        );
        wants
    }

    fn poll(&mut self) -> bool {
        if self.got.is_none()
            && let std::task::Poll::Ready(permits) = self.future.poll(&self.task)
        {
            self.got = Some(permits);
        }
        self.got.is_some()
    }
}

/// All of them are served, and so are dropped with what they have.
fn served<const N: usize>(semaphore: &Semaphore, wants: [&mut Wants; N]) {
    for one in wants {
        let name = one.task.name().to_owned();
        WOKEN.check_eq(&format!("wakes of {name}"), one.task.wakes(), 1);
        CONSERVED.check(
            one.poll(),
            format_args!("{name} was woken, and has not all his permits"),
        );
        one.got.take().expect("it is there").forget();
    }
    CONSERVED.check_eq("free permits at the end", semaphore.available_permits(), 0);
}

#[test]
fn those_who_wait_are_served_in_order() {
    EX.within("three who want one permit each", || {
        let semaphore = Arc::new(Semaphore::new(0));
        let [mut a, mut b, mut c] = ["A", "B", "C"].map(|name| Wants::new(name, &semaphore, 1));
        let wakes = |wants: [&Wants; 3]| wants.map(|one| one.task.wakes());
        semaphore.add_permits(1);
        ORDER.check_eq(
            "wakes of A, B and C after one permit",
            wakes([&a, &b, &c]),
            [1, 0, 0],
        );
        semaphore.add_permits(2);
        ORDER.check_eq(
            "wakes of A, B and C after three",
            wakes([&a, &b, &c]),
            [1, 1, 1],
        );
        CLEARED.check(
            format!("{semaphore:?}").contains("is_queued: false"),
            format_args!("nobody waits any more, and yet {semaphore:?}"),
        );
        served(&semaphore, [&mut a, &mut b, &mut c]);
    });
}

#[test]
fn a_part_is_handed_over() {
    EX.within(
        "a task that wants three permits, which come one by one",
        || {
            let semaphore = Arc::new(Semaphore::new(0));
            let mut a = Wants::new("A", &semaphore, 3);
            for _ in 0..2 {
                semaphore.add_permits(1);
                WOKEN.check_eq("wakes of a task that has not all", a.task.wakes(), 0);
                PART.check_eq(
                    "free permits while A waits",
                    semaphore.available_permits(),
                    0,
                );
                PART.check(
                    semaphore.try_acquire().is_err(),
                    "another task has overtaken A",
                );
                PART.check(!a.poll(), "A has not got all, and is ready");
            }
            semaphore.add_permits(1);
            served(&semaphore, [&mut a]);
        },
    );
}

/// Many small ones must not starve a big one.
#[test]
fn a_small_one_does_not_overtake_a_big_one() {
    EX.within("A wants three, and B one", || {
        let semaphore = Arc::new(Semaphore::new(1));
        let mut a = Wants::new("A", &semaphore, 3);
        let mut b = Wants::new("B", &semaphore, 1);
        semaphore.add_permits(1);
        ORDER.check_eq("wakes of B, who came after A", b.task.wakes(), 0);
        ORDER.check_eq("wakes of A, which has two of three", a.task.wakes(), 0);
        semaphore.add_permits(2);
        served(&semaphore, [&mut a, &mut b]);
    });
}

#[test]
fn what_is_left_is_free() {
    EX.within("two who wait, and more permits than they want", || {
        let semaphore = Arc::new(Semaphore::new(0));
        let (mut a, mut b) = (
            Wants::new("A", &semaphore, 2),
            Wants::new("B", &semaphore, 1),
        );
        semaphore.add_permits(5);
        CONSERVED.check_eq("free permits, of five", semaphore.available_permits(), 2);
        WOKEN.check(a.poll(), "A has not been served");
        WOKEN.check(b.poll(), "B has not been served");
        drop((a.got.take(), b.got.take()));
        CONSERVED.check_eq(
            "free permits when all are back",
            semaphore.available_permits(),
            5,
        );
        let all = semaphore.try_acquire_many(5);
        CONSERVED.check(all.is_ok(), "five are free, and cannot be taken");
    });
}

#[test]
#[cfg_attr(miri, ignore = "more than a batch takes Miri minutes")]
fn more_are_served_than_the_batch_holds() {
    EX.within("seventy who want one permit each", || {
        let semaphore = Arc::new(Semaphore::new(0));
        let mut all: Vec<_> = (0..70)
            .map(|n| Wants::new(&format!("{n}"), &semaphore, 1))
            .collect();
        semaphore.add_permits(72);
        for one in &mut all {
            let name = one.task.name().to_owned();
            WOKEN.check_eq(&format!("wakes of number {name}"), one.task.wakes(), 1);
            CONSERVED.check(one.poll(), format_args!("number {name} has no permit"));
        }
        CONSERVED.check_eq("free permits, of 72", semaphore.available_permits(), 2);
        for one in &mut all {
            one.got.take();
        }
        CONSERVED.check_eq(
            "free permits when all are back",
            semaphore.available_permits(),
            72,
        );
    });
}

/// The first waker of the batch takes what there is, and adds one.
#[test]
fn the_list_is_unlocked_during_the_wakes() {
    EX.within("wakers that acquire and release", || {
        for n in if cfg!(miri) { vec![1, 2] } else { vec![1, 40] } {
            let semaphore = Arc::new(Semaphore::new(0));
            let mut all: Vec<_> = (0..n)
                .map(|n| Wants::new(&format!("{n}"), &semaphore, 1))
                .collect();
            let came_back = Arc::new(AtomicBool::new(false));
            let (theirs, seen) = (Arc::clone(&semaphore), Arc::clone(&came_back));
            let new = Arc::new(Mutex::new(None));
            let newcomer = Arc::clone(&new);
            all[0].task.on_wake(move || {
                UNLOCKED.check(
                    !theirs.is_locked(),
                    "a waker is being woken, and the list of the semaphore is locked",
                );
                if newcomer.lock().unwrap().is_none() {
                    // It has to wait: nothing is free.
                    *newcomer.lock().unwrap() = Some(Wants::new("newcomer", &theirs, 1));
                    theirs.add_permits(1);
                    seen.store(true, SeqCst);
                }
            });
            semaphore.add_permits(n);
            UNLOCKED.check(came_back.load(SeqCst), "the waker has not come back");
            let mut new = new.lock().unwrap().take().expect("it is there");
            for one in all.iter_mut().chain([&mut new]) {
                let name = one.task.name().to_owned();
                CONSERVED.check(one.poll(), format_args!("{name} has no permit"));
                one.got.take().expect("it is there").forget();
            }
            CONSERVED.check_eq("free permits", semaphore.available_permits(), 0);
        }
    });
}

/// While the first batch is woken, the next in the queue gets a part from somebody else.
#[test]
#[cfg_attr(miri, ignore = "more than a batch takes Miri minutes")]
fn the_next_gets_a_part_between_two_batches() {
    EX.within("33 who wait, and a waker that adds permits", || {
        let semaphore = Arc::new(Semaphore::new(0));
        let mut all: Vec<_> = (0..32)
            .map(|n| Wants::new(&format!("{n}"), &semaphore, 1))
            .collect();
        all.push(Wants::new("the next", &semaphore, 5));
        let theirs = Arc::clone(&semaphore);
        all[0].task.on_wake(move || {
            UNLOCKED.check(
                !theirs.is_locked(),
                "a waker is being woken, and the list of the semaphore is locked",
            );
            theirs.add_permits(2);
        });
        semaphore.add_permits(37);
        for one in &mut all {
            let name = one.task.name().to_owned();
            WOKEN.check_eq(&format!("wakes of {name}"), one.task.wakes(), 1);
            CONSERVED.check(one.poll(), format_args!("{name} has not all its permits"));
        }
        CONSERVED.check_eq(
            "free permits: 39 were added in all, and 37 are wanted; those who have been handed some \
             while the list was unlocked miss fewer than before",
            semaphore.available_permits(),
            2,
        );
        for one in &mut all {
            one.got.take().expect("it is there").forget();
        }
    });
}

#[test]
#[cfg_attr(miri, ignore = "more than a batch takes Miri minutes")]
fn a_waker_panics() {
    EX.within("forty who wait, and the first one's waker panics", || {
        let semaphore = Arc::new(Semaphore::new(0));
        let mut all: Vec<_> = (0..40)
            .map(|n| Wants::new(&format!("{n}"), &semaphore, 1))
            .collect();
        all[0].task.on_wake(|| panic!("as the test wants it"));
        let _ = WOKEN.panics(
            || semaphore.add_permits(40),
            "the panic of the waker ended here",
        );
        for one in &mut all {
            let name = one.task.name().to_owned();
            WOKEN.check_eq(&format!("wakes of number {name}"), one.task.wakes(), 1);
            CONSERVED.check(one.poll(), format_args!("number {name} has no permit"));
        }
        all.iter_mut().for_each(|one| drop(one.got.take()));
        CONSERVED.check_eq(
            "free permits when all are back",
            semaphore.available_permits(),
            40,
        );
    });
}
