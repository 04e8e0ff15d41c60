//! The semaphore, model-checked: closed, shared and forgotten.

#![cfg(loom)]

mod sleeper;

use locks::Semaphore;
use model::loom::sync::Arc;
use model::loom::thread;
use sleeper::{Count, block_on, poll};
use testkit::{Exercise, Rule};

const CHAPTER: Exercise = Exercise::chapter("6", "locks/index.md");
const SERVED: Rule = CHAPTER.may_be("6.4, 6.5 or 6.6").rule("No permit is lost or doubled, a close is told to all that wait, and what was done before a release is seen after it.");

#[test]
fn it_is_closed_while_one_comes() {
    SERVED.model(|| {
        let semaphore = Arc::new(Semaphore::new(0));
        let theirs = Arc::clone(&semaphore);
        let other = thread::spawn(move || theirs.close());
        assert!(block_on(semaphore.acquire()).is_err());
        other.join().unwrap();
    });
}

/// What one had got so far when it was refused is not lost.
#[test]
fn it_is_closed_while_one_is_served() {
    SERVED.model(|| {
        let semaphore = Arc::new(Semaphore::new(1));
        let (count, waker) = Count::new();
        let mut acquire = Box::pin(semaphore.acquire_many(2));
        assert!(poll(acquire.as_mut(), &waker).is_pending());
        let theirs = Arc::clone(&semaphore);
        let closing = thread::spawn(move || theirs.close());
        semaphore.add_permits(1);
        closing.join().unwrap();
        assert_eq!(count.wakes(), 1);
        assert!(poll(acquire.as_mut(), &waker).is_ready());
        drop(acquire);
        assert_eq!(semaphore.available_permits(), 2);
    });
}

#[test]
fn permits_go_from_hand_to_hand() {
    SERVED.model(|| {
        let semaphore = Arc::new(Semaphore::new(1));
        let threads: Vec<_> = (0..2)
            .map(|_| {
                let semaphore = Arc::clone(&semaphore);
                thread::spawn(move || drop(block_on(semaphore.acquire()).unwrap()))
            })
            .collect();
        for thread in threads {
            thread.join().unwrap();
        }
        assert_eq!(semaphore.available_permits(), 1);
    });
}

/// Permits are taken away while they are released and waited for.
#[test]
fn some_are_forgotten() {
    SERVED.model(|| {
        let semaphore = Arc::new(Semaphore::new(1));
        let theirs = Arc::clone(&semaphore);
        let other = thread::spawn(move || {
            theirs.add_permits(1);
            theirs.forget_permits(1)
        });
        let (_, waker) = Count::new();
        let mut acquire = Box::pin(semaphore.acquire_many(2));
        let polled = poll(acquire.as_mut(), &waker);
        let forgotten = other.join().unwrap();
        if let std::task::Poll::Ready(permits) = polled {
            permits.unwrap().forget();
            assert_eq!((forgotten, semaphore.available_permits()), (0, 0));
        }
        drop(acquire);
        let left = semaphore.available_permits() + forgotten;
        assert!(left == 2 || left == 0);
    });
}

/// The task that waits is another one, while the permit is handed over.
#[test]
fn the_latest_waker_is_woken() {
    SERVED.model(|| {
        let semaphore = Arc::new(Semaphore::new(0));
        let (_, first) = Count::new();
        let (second_count, second) = Count::new();
        let mut acquire = Box::pin(semaphore.acquire());
        assert!(poll(acquire.as_mut(), &first).is_pending());
        let theirs = Arc::clone(&semaphore);
        let other = thread::spawn(move || theirs.add_permits(1));
        let polled = poll(acquire.as_mut(), &second);
        other.join().unwrap();
        assert!(polled.is_ready() || second_count.wakes() == 1);
    });
}
