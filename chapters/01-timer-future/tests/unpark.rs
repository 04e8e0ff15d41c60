//! 1.3: a wake reaches the thread that waits, whichever thread it comes from, and whenever.

use std::sync::Arc;
use std::sync::mpsc::channel;
use std::task::Waker;
use std::thread;

use testkit::{Exercise, Rule};
use timer_future::ThreadWaker;

const EX: Exercise = Exercise::new("1.3", "timer-future/thread-waker.md");

const NOTED: Rule = EX.rule("A wake is noted, so that a thread that was not parked finds it.");
const ONCE: Rule = EX.rule("Wakes that nobody has looked at yet are one wake.");
const UNPARKED: Rule = EX.rule("A wake unparks the thread that made the waker, and no other.");

/// Parks until there is a wake. Parks first and looks then, so that it takes both of them: the
/// token, without which `park` does not return, and the flag.
fn park_then_look(thread_waker: &ThreadWaker) {
    loop {
        thread::park();
        if thread_waker.take_wake() {
            return;
        }
    }
}

#[test]
fn a_wake_is_noted() {
    EX.within("waking a thread that is not parked", || {
        let thread_waker = Arc::new(ThreadWaker::for_current_thread());
        let waker = Waker::from(Arc::clone(&thread_waker));

        NOTED.check(
            !thread_waker.take_wake(),
            "there was a wake before anybody had called the waker",
        );
        waker.wake_by_ref();
        NOTED.check(
            thread_waker.take_wake(),
            "the waker was called, but a thread that looks finds no wake: it parks, although there \
             is news",
        );
        NOTED.check(
            !thread_waker.take_wake(),
            "the same wake was found twice: the thread would look for news that it has seen",
        );
    });
}

#[test]
fn two_wakes_are_one_until_somebody_looks() {
    EX.within("waking a thread twice", || {
        let thread_waker = Arc::new(ThreadWaker::for_current_thread());
        let waker = Waker::from(Arc::clone(&thread_waker));

        waker.wake_by_ref();
        waker.wake();
        ONCE.check(
            thread_waker.take_wake(),
            "two wakes cancelled each other out",
        );
        ONCE.check(
            !thread_waker.take_wake(),
            "two wakes without a look between them were found as two",
        );
    });
}

#[test]
fn a_wake_before_the_park_is_kept() {
    EX.within("parking after the wake has come", || {
        let thread_waker = Arc::new(ThreadWaker::for_current_thread());

        UNPARKED.step("a wake, and then a park on the same thread");
        Waker::from(Arc::clone(&thread_waker)).wake();
        park_then_look(&thread_waker);
    });
}

#[test]
fn a_parked_thread_is_unparked_by_another() {
    EX.within("waking a parked thread from another one", || {
        let (sender, receiver) = channel();
        let sleeper = thread::spawn(move || {
            let thread_waker = Arc::new(ThreadWaker::for_current_thread());
            sender.send(Waker::from(Arc::clone(&thread_waker))).unwrap();
            park_then_look(&thread_waker);
        });

        UNPARKED.step("a wake from a thread that is not the one to unpark");
        let waker = receiver.recv().unwrap();
        waker.wake();
        sleeper.join().unwrap();
    });
}

#[test]
fn every_clone_wakes_the_same_thread() {
    EX.within("waking a parked thread through clones", || {
        let (sender, receiver) = channel();
        let sleeper = thread::spawn(move || {
            let thread_waker = Arc::new(ThreadWaker::for_current_thread());
            let waker = Waker::from(Arc::clone(&thread_waker));
            for _ in 0..3 {
                sender.send(waker.clone()).unwrap();
                park_then_look(&thread_waker);
            }
        });

        for waker in receiver {
            thread::spawn(move || waker.wake()).join().unwrap();
        }
        sleeper.join().unwrap();
    });
}
