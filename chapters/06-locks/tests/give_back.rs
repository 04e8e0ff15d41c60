//! 6.6: an acquire that is dropped leaves the queue, and its permits behind.

#![cfg(not(loom))]

use std::future::poll_fn;
use std::mem::ManuallyDrop;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex};

use locks::semaphore::Place;
use locks::{AcquireError, OwnedSemaphorePermit, Semaphore};
use testkit::{Exercise, Rule, TestWaker};

testkit::quarantine!();

const EX: Exercise = Exercise::new("6.6", "locks/give-back.md");

const BACK: Rule =
    EX.rule("What an acquire had got when it is dropped goes to the next, or is free.");
const CONSERVED: Rule = EX.rule("No permit is lost, and none is made.");
const LEFT: Rule =
    EX.rule("A future that is dropped is out of the list, and its waker is dropped.");
const AGAIN: Rule =
    EX.rule("A place that was left may be used again, and then joins the queue anew.");
const CLEARED: Rule =
    EX.rule("When no task waits any more, QUEUED is cleared: then a release needs no lock.");
const UNLOCKED: Rule =
    EX.rule("A waker is foreign code: it is cloned, woken and dropped with no lock held.");

type Acquiring = Pin<Box<dyn Future<Output = Result<OwnedSemaphorePermit, AcquireError>> + Send>>;

/// One who waits for `n` permits, as `task`.
fn wait(semaphore: &Arc<Semaphore>, task: &TestWaker, n: u32) -> Acquiring {
    let mut future: Acquiring = Box::pin(Arc::clone(semaphore).acquire_many_owned(n));
    LEFT.pending(
        task.poll(future.as_mut()),
        format_args!("{} need not wait for {n} permits", task.name()),
    );
    future
}

#[test]
fn who_has_nothing_leaves_nothing() {
    EX.within("the middle one of three is dropped", || {
        let semaphore = Arc::new(Semaphore::new(0));
        let tasks = ["A", "B", "C"].map(TestWaker::new);
        let [a, b, c] = tasks.each_ref().map(|task| wait(&semaphore, task, 1));
        drop(b);
        LEFT.check_eq("wakers of B that are still held", tasks[1].held(), 0);
        CONSERVED.check_eq("free permits", semaphore.available_permits(), 0);
        semaphore.add_permits(2);
        let wakes = tasks.each_ref().map(TestWaker::wakes);
        LEFT.check_eq("wakes of A, B and C", wakes, [1, 0, 1]);
        drop((a, c));
        CONSERVED.check_eq("free permits", semaphore.available_permits(), 2);
    });
}

/// tokio #1898: a waiter that was dropped early kept its place.
#[test]
fn the_only_one_leaves() {
    EX.within("the only one is dropped, and then a release", || {
        let semaphore = Arc::new(Semaphore::new(0));
        drop(wait(&semaphore, &TestWaker::new("A"), 1));
        CLEARED.check(
            format!("{semaphore:?}").contains("is_queued: false"),
            format_args!("nobody waits any more, and yet {semaphore:?}"),
        );
        semaphore.add_permits(1);
        CONSERVED.check_eq("free permits", semaphore.available_permits(), 1);
        CONSERVED.check(
            semaphore.try_acquire().is_ok(),
            "one is free, and cannot be taken",
        );
    });
}

/// A place that is not dropped with its future, as chapter 7's `PollSender` has one.
#[test]
fn a_place_is_used_again() {
    EX.within("a task that leaves, comes again, and is served", || {
        let semaphore = Semaphore::new(1);
        let task = TestWaker::new("B");
        // Kept for good if a check fails: it may be in the list then.
        let mut place = ManuallyDrop::new(Box::pin(Place::new(1)));
        // It is this semaphore each time; the place has left, or is kept for good.
        let poll = |place: Pin<&mut Place>| {
            let mut place = place;
            // SAFETY: one semaphore, and the place leaves before it is dropped: see above.
            let wait = poll_fn(|cx| unsafe { place.as_mut().poll(&semaphore, cx) });
            task.poll(pin!(wait)).map(|result| result.is_ok())
        };
        let permit = semaphore.try_acquire().expect("one is free");
        AGAIN.pending(poll(place.as_mut()), "there is one permit, and A has it");
        // SAFETY: nothing is moved out of it.
        let unpinned = unsafe { place.as_mut().get_unchecked_mut() };
        // SAFETY: it is the semaphore that the place was polled with.
        unsafe { unpinned.leave(&semaphore) };
        AGAIN.pending(poll(place.as_mut()), "there is one permit, and A has it");
        drop(permit);
        AGAIN.check_eq(
            "wakes of B, which has left and has come again (`is_queued` says whether it is in the list)",
            task.wakes(),
            1,
        );
        let is_open = AGAIN.ready(poll(place.as_mut()), "B was woken, and has no permit");
        AGAIN.check(is_open, "the semaphore is open, and B was refused");
        drop(ManuallyDrop::into_inner(place));
    });
}

#[test]
fn a_part_becomes_free() {
    EX.within("a task that has two of three permits is dropped", || {
        let semaphore = Arc::new(Semaphore::new(1));
        let a = wait(&semaphore, &TestWaker::new("A"), 3);
        semaphore.add_permits(1);
        CONSERVED.check_eq(
            "free permits while A waits",
            semaphore.available_permits(),
            0,
        );
        drop(a);
        BACK.check_eq(
            "free permits after A is dropped",
            semaphore.available_permits(),
            2,
        );
        let both = semaphore.try_acquire_many(2);
        BACK.check(both.is_ok(), "two are free, and cannot be taken");
    });
}

#[test]
fn a_part_goes_to_those_behind() {
    EX.within(
        "a task that has two of five permits is dropped before two others",
        || {
            let semaphore = Arc::new(Semaphore::new(2));
            let tasks = ["A", "B", "C"].map(TestWaker::new);
            let a = wait(&semaphore, &tasks[0], 5);
            let mut b = wait(&semaphore, &tasks[1], 1);
            let mut c = wait(&semaphore, &tasks[2], 1);
            drop(a);
            let wakes = tasks.each_ref().map(TestWaker::wakes);
            BACK.check_eq("wakes of A, B and C", wakes, [0, 1, 1]);
            for (task, future) in [(&tasks[1], &mut b), (&tasks[2], &mut c)] {
                let permit = BACK.ready(
                    task.poll(future.as_mut()),
                    "it was woken, and has no permit",
                );
                BACK.check(permit.is_ok(), "the semaphore is open");
            }
            CONSERVED.check_eq(
                "free permits when both are back",
                semaphore.available_permits(),
                2,
            );
        },
    );
}

#[test]
fn who_has_all_gives_all_back() {
    EX.within("a task that was served is dropped before it looks", || {
        let semaphore = Arc::new(Semaphore::new(0));
        let tasks = ["A", "B"].map(TestWaker::new);
        let a = wait(&semaphore, &tasks[0], 2);
        let b = wait(&semaphore, &tasks[1], 1);
        semaphore.add_permits(2);
        drop(a);
        let wakes = tasks.each_ref().map(TestWaker::wakes);
        BACK.check_eq("wakes of A and B", wakes, [1, 1]);
        drop(b);
        BACK.check_eq("free permits at the end", semaphore.available_permits(), 2);
    });
}

#[test]
fn who_was_refused_gives_a_part_back() {
    EX.within(
        "a task that has one of two permits when the semaphore is closed",
        || {
            for is_polled in [false, true] {
                let semaphore = Arc::new(Semaphore::new(1));
                let task = TestWaker::new("A");
                let mut a = wait(&semaphore, &task, 2);
                semaphore.close();
                LEFT.check_eq("wakes of A", task.wakes(), 1);
                if is_polled {
                    let result = LEFT.ready(task.poll(a.as_mut()), "A was woken, and waits");
                    LEFT.check(
                        result.is_err(),
                        "the semaphore is closed, and A has a permit",
                    );
                }
                BACK.returns(
                    || drop(a),
                    "A was refused, so the state of its waiter has the REFUSED bit; and its drop panicked",
                );
                BACK.check_eq("free permits", semaphore.available_permits(), 1);
                LEFT.check_eq("wakers of A that are still held", task.held(), 0);
            }
        },
    );
}

/// More than a batch wait. While the first are woken, two of the others are dropped.
#[test]
#[cfg_attr(miri, ignore = "more than a batch takes Miri minutes")]
fn some_leave_while_others_are_served() {
    EX.within("futures that are dropped by the waker of another", || {
        let semaphore = Arc::new(Semaphore::new(0));
        let tasks: Vec<_> = (0..40)
            .map(|n| TestWaker::new(&format!("task {n}")))
            .collect();
        let mut futures: Vec<_> = tasks.iter().map(|task| wait(&semaphore, task, 1)).collect();
        let last = Mutex::new(futures.pop());
        let middle = Mutex::new(Some(futures.remove(35)));
        LEFT.step("waking the first batch, and dropping two futures that are to be served later");
        tasks[0].on_wake(move || {
            drop(last.lock().unwrap().take());
            drop(middle.lock().unwrap().take());
        });
        semaphore.add_permits(40);
        let wakes: Vec<_> = tasks.iter().map(TestWaker::wakes).collect();
        let expected: Vec<_> = (0..40).map(|n| usize::from(n != 35 && n != 39)).collect();
        LEFT.check_eq("wakes of the forty", wakes, expected);
        CONSERVED.check_eq("free permits", semaphore.available_permits(), 2);
        drop(futures);
        CONSERVED.check_eq("free permits at the end", semaphore.available_permits(), 40);
    });
}

/// The drop of the waker of a task that leaves, and the wake of the next, come back for the list.
#[test]
fn wakers_are_dropped_and_woken_with_no_lock_held() {
    EX.within("wakers that release when they are dropped or woken", || {
        let semaphore = Arc::new(Semaphore::new(1));
        let tasks = ["A", "B"].map(TestWaker::new);
        let a = wait(&semaphore, &tasks[0], 2);
        let b = wait(&semaphore, &tasks[1], 1);
        for task in &tasks {
            let theirs = Arc::clone(&semaphore);
            task.on_drop(move || drop(Arc::clone(&theirs).try_acquire_owned()));
            let theirs = Arc::clone(&semaphore);
            task.on_wake(move || drop(wait(&theirs, &TestWaker::new("newcomer"), 1)));
        }
        let theirs = Arc::clone(&semaphore);
        tasks[0].on_drop(move || theirs.add_permits(1));
        drop(a);
        UNLOCKED.check_eq("wakes of B", tasks[1].wakes(), 1);
        drop(b);
        CONSERVED.check_eq("free permits at the end", semaphore.available_permits(), 2);
    });
}
