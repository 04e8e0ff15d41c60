//! The semaphore as it is used: what it returns, in which order, and when it panics.

#![cfg(not(loom))]

mod kept;

use std::sync::Arc;
use std::thread;

use kept::Kept;
use locks::{AcquireError, OwnedSemaphorePermit, Semaphore, SemaphorePermit, TryAcquireError};
use testkit::{Exercise, Rule, TestWaker};

const CHAPTER: Exercise = Exercise::chapter("6", "locks/index.md");
const COUNTED: Rule = CHAPTER
    .may_be("6.6")
    .rule("Permits are counted: those taken, added, split, merged and forgotten add up.");
const LIMIT_KEPT: Rule =
    CHAPTER.rule("There are no more permits than there can be, and no two semaphores share them.");
const CLOSED: Rule = CHAPTER
    .may_be("6.5 or 6.6")
    .rule("A closed semaphore refuses all that wait, and all that come.");
const LATEST: Rule = CHAPTER.may_be("6.2 or 6.5").rule("A future that waits keeps the waker of its latest poll, and a permit that comes during a clone is not lost.");
const WAITS: Rule = CHAPTER
    .may_be("6.5")
    .rule("A thread that waits gets its permits, and a thread that runs tasks must not wait.");
const TYPES: Rule = CHAPTER.rule("The types are Send and Sync.");

#[test]
fn permits_are_taken_and_come_back() {
    COUNTED.holds("permits are taken and come back", || {
        let semaphore = Semaphore::new(3);
        let one = semaphore.try_acquire().unwrap();
        let two = semaphore.try_acquire_many(2).unwrap();
        assert_eq!(semaphore.available_permits(), 0);
        assert_eq!(
            semaphore.try_acquire().unwrap_err(),
            TryAcquireError::NoPermits
        );
        drop(two);
        assert_eq!(semaphore.available_permits(), 2);
        assert!(semaphore.try_acquire_many(3).is_err());
        drop(one);
        assert_eq!(semaphore.available_permits(), 3);
        drop(semaphore.try_acquire_many(0).unwrap());
        assert_eq!(semaphore.available_permits(), 3);
    });
}

#[test]
fn permits_are_merged_split_and_forgotten() {
    COUNTED.holds("permits are merged split and forgotten", || {
        let semaphore = Semaphore::new(5);
        let mut permits = semaphore.try_acquire_many(3).unwrap();
        permits.merge(semaphore.try_acquire().unwrap());
        assert_eq!(permits.num_permits(), 4);
        assert!(std::ptr::eq(permits.semaphore(), &semaphore));
        assert!(permits.split(5).is_none());
        let part = permits.split(3).unwrap();
        assert_eq!((permits.num_permits(), part.num_permits()), (1, 3));
        drop(part);
        assert_eq!(semaphore.available_permits(), 4);
        permits.forget();
        assert_eq!(semaphore.available_permits(), 4);
    });
}

#[test]
fn owned_permits_are_merged_split_and_forgotten() {
    COUNTED.holds("owned permits are merged split and forgotten", || {
        let semaphore = Arc::new(Semaphore::new(5));
        let mut permits = Arc::clone(&semaphore).try_acquire_many_owned(3).unwrap();
        permits.merge(Arc::clone(&semaphore).try_acquire_owned().unwrap());
        assert_eq!(permits.num_permits(), 4);
        assert!(Arc::ptr_eq(permits.semaphore(), &semaphore));
        assert!(permits.split(5).is_none());
        let part = permits.split(3).unwrap();
        drop(part);
        assert_eq!(semaphore.available_permits(), 4);
        permits.forget();
        assert_eq!(semaphore.available_permits(), 4);
        assert_eq!(Arc::strong_count(&semaphore), 1);
    });
}

#[test]
fn permits_of_two_semaphores_are_not_merged() {
    LIMIT_KEPT.holds("permits of two semaphores are not merged", || {
        let said = LIMIT_KEPT.panics(
            || {
                let (one, two) = (Semaphore::new(1), Semaphore::new(1));
                one.try_acquire().unwrap().merge(two.try_acquire().unwrap());
            },
            "it did not panic",
        );
        LIMIT_KEPT.check(
            said.contains("merging permits from different semaphore instances"),
            format_args!("it said: {said}"),
        );
    });
}

#[test]
fn owned_permits_of_two_semaphores_are_not_merged() {
    LIMIT_KEPT.holds("owned permits of two semaphores are not merged", || {
        let said = LIMIT_KEPT.panics(
            || {
                let new = || Arc::new(Semaphore::new(1)).try_acquire_owned().unwrap();
                new().merge(new());
            },
            "it did not panic",
        );
        LIMIT_KEPT.check(
            said.contains("merging permits from different semaphore instances"),
            format_args!("it said: {said}"),
        );
    });
}

#[test]
fn there_are_as_many_as_there_can_be() {
    LIMIT_KEPT.holds("there are as many as there can be", || {
        let semaphore = Semaphore::new(Semaphore::MAX_PERMITS);
        assert_eq!(semaphore.available_permits(), Semaphore::MAX_PERMITS);
        let permit = semaphore.try_acquire().unwrap();
        assert_eq!(semaphore.available_permits(), Semaphore::MAX_PERMITS - 1);
        drop(permit);
        assert_eq!(semaphore.forget_permits(usize::MAX), Semaphore::MAX_PERMITS);
    });
}

#[test]
fn there_are_no_more_than_there_can_be() {
    LIMIT_KEPT.holds("there are no more than there can be", || {
        let said = LIMIT_KEPT.panics(
            || {
                Semaphore::new(Semaphore::MAX_PERMITS + 1);
            },
            "it did not panic",
        );
        LIMIT_KEPT.check(
            said.contains("may not have more than MAX_PERMITS permits"),
            format_args!("it said: {said}"),
        );
    });
}

#[test]
fn no_more_can_be_added_than_there_can_be() {
    LIMIT_KEPT.holds("no more can be added than there can be", || {
        let said = LIMIT_KEPT.panics(
            || {
                Semaphore::new(Semaphore::MAX_PERMITS).add_permits(1);
            },
            "it did not panic",
        );
        LIMIT_KEPT.check(
            said.contains("number of added permits (1) would overflow MAX_PERMITS"),
            format_args!("it said: {said}"),
        );
    });
}

/// Those who wait are neither served nor forgotten.
#[test]
fn an_addition_that_is_refused_changes_nothing() {
    LIMIT_KEPT.holds("an addition that is refused changes nothing", || {
        let semaphore = Semaphore::new(0);
        let task = TestWaker::new("task");
        let mut acquire = Box::pin(semaphore.acquire());
        assert!(task.poll(acquire.as_mut()).is_pending());
        let too_many = Semaphore::MAX_PERMITS + 2;
        let added = std::panic::catch_unwind(|| semaphore.add_permits(too_many));
        assert!(added.is_err());
        assert!(task.poll(acquire.as_mut()).is_pending());
        semaphore.add_permits(1);
        assert_eq!(task.wakes(), 1);
        assert!(task.poll(acquire.as_mut()).is_ready());
    });
}

#[test]
fn free_permits_are_forgotten() {
    COUNTED.holds("free permits are forgotten", || {
        let semaphore = Semaphore::new(3);
        assert_eq!(semaphore.forget_permits(0), 0);
        assert_eq!(semaphore.forget_permits(2), 2);
        assert_eq!(semaphore.available_permits(), 1);
        assert_eq!(semaphore.forget_permits(2), 1);
        assert_eq!(semaphore.forget_permits(2), 0);
    });
}

#[test]
fn a_closed_one_refuses() {
    CLOSED.holds("closing a semaphore that two wait for", || {
        let semaphore = Semaphore::new(1);
        let held = semaphore.try_acquire().unwrap();
        let tasks = ["A", "B"].map(TestWaker::new);
        let mut futures = [0, 1].map(|_| Box::pin(semaphore.acquire()));
        for (future, task) in futures.iter_mut().zip(&tasks) {
            assert!(task.poll(future.as_mut()).is_pending());
        }
        assert!(!semaphore.is_closed());
        semaphore.close();
        assert!(semaphore.is_closed());
        for (future, task) in futures.iter_mut().zip(&tasks) {
            assert_eq!((task.wakes(), task.held()), (1, 0));
            let std::task::Poll::Ready(Err(error)) = task.poll(future.as_mut()) else {
                panic!("it was closed");
            };
            assert_eq!(error.to_string(), "semaphore closed");
        }
        assert_eq!(
            semaphore.try_acquire().unwrap_err(),
            TryAcquireError::Closed
        );
        let mut late = Box::pin(semaphore.acquire());
        assert!(matches!(
            tasks[0].poll(late.as_mut()),
            std::task::Poll::Ready(Err(_))
        ));
        drop(held);
        assert_eq!(semaphore.available_permits(), 1);
        semaphore.close();
    });
}

/// The permit was handed over, and then it was closed: as in tokio, the close is what counts.
#[test]
fn one_who_was_served_is_refused() {
    CLOSED.holds("a task that was served is refused", || {
        let semaphore = Semaphore::new(0);
        let task = TestWaker::new("task");
        let mut future = Box::pin(semaphore.acquire());
        assert!(task.poll(future.as_mut()).is_pending());
        semaphore.add_permits(1);
        semaphore.close();
        assert!(matches!(
            task.poll(future.as_mut()),
            std::task::Poll::Ready(Err(_))
        ));
        assert_eq!(semaphore.available_permits(), 1);
    });
}

#[test]
#[cfg_attr(miri, ignore = "more than a batch takes Miri minutes")]
fn more_wait_than_a_batch_holds_when_it_is_closed() {
    CLOSED.holds("closing a semaphore that seventy wait for", || {
        let semaphore = Arc::new(Semaphore::new(1));
        let tasks: Vec<_> = (0..70).map(|_| TestWaker::new("task")).collect();
        let mut futures: Vec<_> = (0..70)
            .map(|_| Some(Box::pin(semaphore.acquire_many(2))))
            .collect();
        for (future, task) in futures.iter_mut().zip(&tasks) {
            assert!(task.poll(future.as_mut().unwrap().as_mut()).is_pending());
        }
        let theirs = Arc::clone(&semaphore);
        tasks[0].on_wake(move || drop(theirs.try_acquire()));
        semaphore.close();
        for task in &tasks {
            assert_eq!((task.wakes(), task.held()), (1, 0));
        }
        drop(futures);
        assert_eq!(semaphore.available_permits(), 1);
    });
}

#[test]
fn the_latest_waker_is_woken() {
    LATEST.holds("an acquire that moves to another task", || {
        let semaphore = Semaphore::new(0);
        let [first, second] = ["first", "second"].map(TestWaker::new);
        let mut future = Kept::new(semaphore.acquire());
        assert!(future.poll(&first).is_pending());
        assert!(future.poll(&first).is_pending());
        assert_eq!(first.clones(), 1);
        assert!(future.poll(&second).is_pending());
        assert_eq!((first.held(), second.held()), (0, 1));
        semaphore.add_permits(1);
        assert_eq!((first.wakes(), second.wakes()), (0, 1));
        assert!(future.poll(&second).is_ready());
    });
}

/// The permit comes from the clone of the second waker.
#[test]
fn a_permit_comes_while_the_next_waker_is_cloned() {
    LATEST.holds("a waker whose clone releases", || {
        let semaphore = Arc::new(Semaphore::new(0));
        let [first, second] = ["first", "second"].map(TestWaker::new);
        let mut future = Kept::new(Arc::clone(&semaphore).acquire_owned());
        assert!(future.poll(&first).is_pending());
        let theirs = Arc::clone(&semaphore);
        second.on_clone(move || theirs.add_permits(1));
        assert!(future.poll(&second).is_ready());
        assert_eq!((first.held(), second.held()), (0, 0));
    });
}

#[test]
fn a_permit_comes_while_the_first_waker_is_cloned() {
    LATEST.holds("a waker whose clone releases", || {
        let semaphore = Arc::new(Semaphore::new(0));
        let task = TestWaker::new("task");
        let mut future = Kept::new(Arc::clone(&semaphore).acquire_owned());
        let theirs = Arc::clone(&semaphore);
        task.on_clone(move || theirs.add_permits(1));
        assert!(future.poll(&task).is_ready());
        assert_eq!(task.held(), 0);
    });
}

#[test]
fn a_clone_that_panics_leaves_nothing_behind() {
    LATEST.holds("a waker whose clone panics", || {
        let semaphore = Semaphore::new(0);
        let task = TestWaker::new("task");
        task.on_clone(|| panic!("expected by the test"));
        let mut future = Box::pin(semaphore.acquire());
        let polled = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            task.poll(future.as_mut()).is_ready()
        }));
        assert!(polled.is_err());
        drop(future);
        semaphore.add_permits(1);
        assert_eq!(semaphore.available_permits(), 1);
    });
}

#[test]
fn a_thread_waits() {
    WAITS.holds("blocking_acquire", || {
        let semaphore = Arc::new(Semaphore::new(0));
        let theirs = Arc::clone(&semaphore);
        let thread = thread::spawn(move || {
            theirs.blocking_acquire().unwrap().forget();
            theirs.blocking_acquire_many(2).unwrap().forget();
            Arc::clone(&theirs)
                .blocking_acquire_owned()
                .unwrap()
                .forget();
            theirs.blocking_acquire_many_owned(2).unwrap().forget();
        });
        for _ in 0..6 {
            semaphore.add_permits(1);
        }
        thread.join().unwrap();
        assert_eq!(semaphore.available_permits(), 0);
    });
}

#[test]
fn a_thread_that_runs_tasks_does_not_wait() {
    WAITS.holds("a thread that runs tasks does not wait", || {
        let said = WAITS.panics(
            || {
                let rt = current_thread::Runtime::new();
                rt.block_on(async { drop(Semaphore::new(1).blocking_acquire()) });
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
        fn error<T: std::error::Error + Send + Sync + 'static>() {}
        fn send<T: Send>(_: &T) {}
        send_sync::<Semaphore>();
        send_sync::<SemaphorePermit<'_>>();
        send_sync::<OwnedSemaphorePermit>();
        error::<AcquireError>();
        error::<TryAcquireError>();
        let semaphore = Semaphore::new(1);
        send(&semaphore.acquire());
        assert_eq!(
            TryAcquireError::NoPermits.to_string(),
            "no permits available"
        );
        assert_eq!(TryAcquireError::Closed.to_string(), "semaphore closed");
        static IN_A_STATIC: Semaphore = Semaphore::const_new(2);
        assert_eq!(IN_A_STATIC.available_permits(), 2);
        assert_eq!(
            format!("{semaphore:?}"),
            "Semaphore { permits: 1, is_queued: false, is_closed: false }"
        );
    });
}
