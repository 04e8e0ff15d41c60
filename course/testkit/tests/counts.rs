//! The exact counts of wakers and probes, and that a probe changes nothing for the code around it.

mod support;

use std::future::{Future, poll_fn};
use std::panic::{self, AssertUnwindSafe};
use std::pin::pin;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::thread;

use support::{LIMIT, RULE};
use testkit::{TestWaker, within};

/// Wakes by value, by reference, clones, drops, held.
fn counts(waker: &TestWaker) -> [usize; 5] {
    let by = [waker.wakes_by_val(), waker.wakes_by_ref()];
    assert_eq!(waker.wakes(), by[0] + by[1]);
    [by[0], by[1], waker.clones(), waker.drops(), waker.held()]
}

#[test]
fn each_call_is_counted() {
    let a = TestWaker::new("A");
    let waker = a.waker();
    assert_eq!(counts(&a), [0, 0, 0, 0, 1]);
    let clone = waker.clone();
    assert_eq!(counts(&a), [0, 0, 1, 0, 2]);
    waker.wake_by_ref();
    assert_eq!(counts(&a), [0, 1, 1, 0, 2]);
    waker.wake();
    assert_eq!(counts(&a), [1, 1, 1, 0, 1]);
    drop(clone);
    assert_eq!(counts(&a), [1, 1, 1, 1, 0]);
    a.none_held(RULE);
}

#[test]
fn a_poll_by_hand_is_not_counted_as_held() {
    let a = TestWaker::new("A");
    let poll = a.poll(pin!(poll_fn(|cx| {
        cx.waker().wake_by_ref();
        Poll::Ready(7)
    })));
    assert_eq!(poll, Poll::Ready(7));
    assert_eq!(counts(&a), [0, 1, 0, 0, 0]);
}

#[test]
fn a_handle_is_not_a_clone() {
    let a = TestWaker::new("A");
    let handle = a.clone();
    handle.waker().wake();
    assert_eq!(counts(&a), [1, 0, 0, 0, 0]);
    assert_eq!(handle.name(), "A");
}

#[test]
fn wakers_of_one_are_the_same_and_of_two_are_not() {
    let [a, b] = ["A", "B"].map(TestWaker::new);
    let waker = a.waker();
    assert!(waker.will_wake(&waker.clone()));
    assert!(waker.will_wake(&a.waker()));
    assert!(waker.will_wake(&a.clone().waker()));
    assert!(!waker.will_wake(&b.waker()));
    _ = a.poll(pin!(poll_fn(|cx| {
        assert!(cx.waker().will_wake(&waker));
        Poll::Ready(())
    })));
}

#[test]
fn hooks_run_inside_the_call() {
    let a = TestWaker::new("A");
    let calls: Arc<[AtomicUsize; 3]> = Arc::default();
    let counting = |at: usize| {
        let calls = Arc::clone(&calls);
        move || {
            calls[at].fetch_add(1, Relaxed);
        }
    };
    a.on_wake(counting(0));
    a.on_clone(counting(1));
    a.on_drop(counting(2));
    let waker = a.waker();
    drop(waker.clone());
    waker.wake_by_ref();
    waker.wake();
    let calls: Vec<usize> = calls.iter().map(|calls| calls.load(Relaxed)).collect();
    assert_eq!(calls, [2, 1, 1]);
}

#[test]
fn a_hook_may_call_the_waker_again() {
    let a = TestWaker::new("A");
    let again = Mutex::new(Some(a.waker()));
    a.on_wake(move || {
        let waker = again.lock().unwrap().take();
        if let Some(waker) = waker {
            drop(waker.clone());
            waker.wake();
        }
    });
    a.waker().wake();
    assert_eq!(counts(&a), [2, 0, 1, 1, 0]);
}

#[test]
fn hooks_that_panic_leave_the_counts_right() {
    let a = TestWaker::new("A");
    let waker = a.waker();
    a.on_clone(|| panic!("in clone"));
    RULE.panics(|| waker.clone(), "the panic was lost");
    assert_eq!(counts(&a), [0, 0, 1, 0, 1], "no waker was made");
    a.on_wake(|| panic!("in wake"));
    RULE.panics(|| waker.wake(), "the panic was lost");
    assert_eq!(counts(&a), [1, 0, 1, 0, 0], "the wake took the waker");
    a.on_drop(|| panic!("in drop"));
    let waker = a.waker();
    RULE.panics(|| drop(waker), "the panic was lost");
    assert_eq!(counts(&a), [1, 0, 1, 1, 0]);
}

#[test]
fn what_a_hook_owns_is_dropped_with_the_last_waker() {
    let (token, drops) = testkit::drop_counter("captured");
    let a = TestWaker::new("A");
    a.on_wake(move || _ = &token);
    let waker = a.waker();
    drop(a);
    assert_eq!(drops.count(), 0);
    drop(waker);
    drops.dropped_once(RULE);
}

#[test]
fn waiting_for_wakes_from_other_threads() {
    within(LIMIT, "the wakes", || {
        let a = TestWaker::new("A");
        let threads: Vec<_> = (0..4)
            .map(|_| a.waker())
            .map(|waker| thread::spawn(move || waker.wake()))
            .collect();
        a.wait_for_wakes(4);
        assert_eq!(counts(&a), [4, 0, 0, 0, 0]);
        for thread in threads {
            thread.join().unwrap();
        }
        a.wait_for_wakes(2);
    });
}

/// A future that hands its waker to `f` once, and is pending.
fn with_waker(f: impl FnOnce(&Waker)) -> impl Future<Output = ()> {
    let mut f = Some(f);
    poll_fn(move |cx| {
        if let Some(f) = f.take() {
            f(cx.waker());
        }
        Poll::Pending
    })
}

#[test]
fn a_probe_passes_each_call_on() {
    let a = TestWaker::new("A");
    let (future, seen) = testkit::probe(
        "task 1",
        with_waker(|waker| {
            waker.wake_by_ref();
            let clone = waker.clone();
            clone.wake_by_ref();
            let second = clone.clone();
            drop(clone);
            second.wake();
        }),
    );
    assert!(a.poll(pin!(future)).is_pending());
    assert_eq!(counts(&a), [1, 2, 2, 1, 0]);
    assert_eq!((seen.polls(), seen.wakes(), seen.wakers_held()), (1, 3, 0));
}

#[test]
fn a_probe_keeps_no_waker_of_its_own() {
    let a = TestWaker::new("A");
    let (future, seen) = testkit::probe("task 1", testkit::forgetful("forgetful"));
    let mut future = pin!(future);
    for _ in 0..3 {
        assert!(a.poll(future.as_mut()).is_pending());
    }
    assert_eq!(counts(&a), [0; 5]);
    assert_eq!((seen.polls(), seen.name()), (3, "task 1"));
}

#[test]
fn a_probe_hands_out_the_same_waker_while_it_is_polled_with_the_same() {
    let kept: Mutex<Vec<Waker>> = Mutex::default();
    let (future, seen) = testkit::probe(
        "task 1",
        poll_fn(|cx| {
            kept.lock().unwrap().push(cx.waker().clone());
            Poll::<()>::Pending
        }),
    );
    let mut future = pin!(future);
    let [a, b] = ["A", "B"].map(TestWaker::new);
    for waker in [&a, &a, &b, &b] {
        assert!(waker.poll(future.as_mut()).is_pending());
    }
    assert_eq!((a.held(), b.held(), seen.wakers_held()), (2, 2, 4));
    let kept = std::mem::take(&mut *kept.lock().unwrap());
    assert!(kept[0].will_wake(&kept[1]));
    assert!(!kept[1].will_wake(&kept[2]));
    assert!(kept[2].will_wake(&kept[3]));
    for waker in kept {
        waker.wake();
    }
    assert_eq!(
        (a.wakes_by_val(), b.wakes_by_val(), seen.wakes()),
        (2, 2, 4)
    );
}

#[test]
fn a_probe_is_send_and_unpin_as_its_future_is() {
    fn check<T: Send + Unpin>(_: &T) {}
    check(&testkit::probe("task 1", std::future::ready(())).0);
}

#[test]
fn a_panic_in_a_poll_leaves_the_probe_usable() {
    let (future, seen) = testkit::probe("task 1", testkit::panics_on_poll("oh"));
    let mut future = Box::pin(future);
    let message = RULE.panics(
        || {
            future
                .as_mut()
                .poll(&mut Context::from_waker(Waker::noop()))
        },
        "the panic was lost",
    );
    assert_eq!(message, "oh");
    assert!(!seen.is_ready());
    drop(future);
    seen.dropped_once(RULE);
    assert!(seen.is_dropped());
}

#[test]
fn gates_open_before_or_after_the_poll() {
    let a = TestWaker::new("A");
    let (gate, opened) = testkit::gate("early");
    gate.open(1);
    assert_eq!(a.poll(pin!(opened)), Poll::Ready(1));

    let (gate, opened) = testkit::gate("late");
    let mut opened = Box::pin(opened);
    assert!(!gate.is_polled());
    assert!(a.poll(opened.as_mut()).is_pending());
    assert!(gate.is_polled() && gate.keeps_waker());
    assert!(a.poll(opened.as_mut()).is_pending());
    assert_eq!(
        (gate.polls(), a.clones()),
        (2, 1),
        "the same waker is not cloned again"
    );
    gate.clone().open(2);
    assert_eq!((a.wakes_by_val(), a.held()), (1, 0));
    assert_eq!(a.poll(opened.as_mut()), Poll::Ready(2));
    drop(opened);
    assert!(gate.is_dropped());
}

#[test]
fn a_gate_keeps_the_waker_of_its_latest_poll() {
    let [a, b] = ["A", "B"].map(TestWaker::new);
    let (gate, opened) = testkit::gate("gate");
    let mut opened = pin!(opened);
    assert!(a.poll(opened.as_mut()).is_pending());
    assert!(b.poll(opened.as_mut()).is_pending());
    assert_eq!((a.held(), b.held()), (0, 1));
    gate.open(());
    assert_eq!((a.wakes(), b.wakes()), (0, 1));
}

#[test]
fn a_gate_opened_twice() {
    let (gate, _opened) = testkit::gate("gate");
    gate.open(());
    let message = RULE.panics(|| gate.open(()), "it opened again");
    assert_eq!(message, "the gate gate is open already");
}

#[test]
fn a_gate_opened_while_its_waker_is_cloned() {
    let (gate, opened) = testkit::gate("gate");
    let a = TestWaker::new("A");
    let opens = Mutex::new(Some(gate));
    a.on_clone(move || {
        let gate = opens.lock().unwrap().take();
        gate.unwrap().open(7);
    });
    assert_eq!(a.poll(pin!(opened)), Poll::Ready(7));
}

#[test]
fn a_dropped_gate_future_drops_its_waker() {
    let a = TestWaker::new("A");
    let mut never = Box::pin(testkit::never("never"));
    assert!(a.poll(never.as_mut()).is_pending());
    assert_eq!(a.held(), 1);
    drop(never);
    assert_eq!(a.held(), 0);
}

#[test]
fn yields_wake_themselves_each_time() {
    let a = TestWaker::new("A");
    let mut yields = pin!(testkit::yield_times(2));
    assert!(a.poll(yields.as_mut()).is_pending());
    assert!(testkit::poll_once(yields.as_mut(), &a.waker()).is_pending());
    assert!(a.poll(yields).is_ready());
    assert_eq!(a.wakes_by_ref(), 2);
}

#[test]
fn a_poll_that_unwinds_gives_the_waker_back() {
    let a = TestWaker::new("A");
    let mut future = pin!(testkit::probe("task 1", testkit::panics_on_poll("oh")).0);
    let poll = AssertUnwindSafe(|| _ = a.poll(future.as_mut()));
    RULE.panics(
        || panic::catch_unwind(poll).map_err(panic::resume_unwind),
        "it did not panic",
    );
    assert_eq!(counts(&a), [0; 5]);
}
