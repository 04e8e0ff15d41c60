//! Signals: each listener hears of those that come after it was made.

#![cfg(all(unix, not(miri)))]

use std::future::Future;
use std::pin::pin;
use std::sync::Mutex;
use std::task::{Context, Poll, Waker};

use reveille::runtime::Builder;
use reveille::signal::unix::{Signal, SignalKind, signal};
use testkit::{Exercise, Rule};

const EX: Exercise = Exercise::new("11", "runtime/index.md");

const ALL: Rule = EX.rule("Each listener of a signal is told, in every runtime.");
const ONCE: Rule = EX.rule("A signal is received once, and any number of them at once are one.");
const KINDS: Rule = EX.rule("A listener hears its own signal, and none that came before it.");

/// Signals are the whole program's.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

fn with_signals(what: &'static str, f: impl FnOnce() + Send + 'static) {
    let _turn = ONE_AT_A_TIME
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner());
    EX.within(what, f);
}

fn block_on<F: Future>(future: F) -> F::Output {
    Builder::new_current_thread()
        .build()
        .expect("no system call")
        .block_on(future)
}

fn raise(kind: SignalKind) {
    // SAFETY: a handler is set up, or the signal is ignored: the tests see to that.
    let raised = unsafe { libc::raise(kind.as_raw_value()) };
    ALL.check_eq("what `raise` says", raised, 0);
}

fn listen(kind: SignalKind) -> Signal {
    signal(kind).expect("the signal can be handled")
}

fn is_pending(signal: &mut Signal) -> bool {
    pin!(signal.recv()).poll(&mut Context::from_waker(Waker::noop())) == Poll::Pending
}

#[test]
fn all_listeners_are_told() {
    with_signals("two listeners in two runtimes", || {
        let kind = SignalKind::user_defined1();
        let (mut one, mut other) = (listen(kind), listen(kind));
        let thread = std::thread::spawn(move || block_on(async move { other.recv().await }));
        raise(kind);
        ALL.check_eq("the first", block_on(one.recv()), Some(()));
        ALL.check_eq("the second", thread.join().expect("no panic"), Some(()));
    });
}

#[test]
fn a_signal_is_received_once() {
    with_signals("the same signal again", || {
        let kind = SignalKind::user_defined2();
        let mut listener = listen(kind);
        for _ in 0..3 {
            raise(kind);
            ONCE.check_eq("received", block_on(listener.recv()), Some(()));
            ONCE.check(is_pending(&mut listener), "there was one");
        }
    });
}

#[test]
fn other_signals_are_not_heard() {
    with_signals("two kinds", || {
        let (one, other) = (SignalKind::hangup(), SignalKind::window_change());
        let (mut of_one, mut of_other) = (listen(one), listen(other));
        raise(one);
        KINDS.check_eq("received", block_on(of_one.recv()), Some(()));
        KINDS.check(is_pending(&mut of_other), "it was another signal");
        // One that is gone is in nobody's way.
        drop(of_one);
        let mut late = listen(one);
        KINDS.check(is_pending(&mut late), "it came before");
        raise(one);
        KINDS.check_eq("received", block_on(late.recv()), Some(()));
    });
}

#[test]
fn ctrl_c_is_the_interrupt() {
    with_signals("waiting for Ctrl-C", || {
        // With a handler from now on.
        let mut listener = listen(SignalKind::interrupt());
        let runtime = Builder::new_current_thread()
            .build()
            .expect("no system call");
        runtime.block_on(async {
            let waits = reveille::spawn(reveille::signal::ctrl_c());
            reveille::task::yield_now().await;
            raise(SignalKind::interrupt());
            ALL.check(waits.await.is_ok_and(|result| result.is_ok()), "it failed");
            ALL.check_eq("the other listener", listener.recv().await, Some(()));
        });
    });
}

#[test]
fn what_cannot_be_handled() {
    with_signals("SIGKILL", || {
        for number in [libc::SIGKILL, libc::SIGSTOP, libc::SIGSEGV, -1] {
            let refused = signal(SignalKind::from_raw(number)).expect_err("it cannot be handled");
            KINDS.check_eq(
                "the error",
                refused.to_string(),
                format!("Refusing to register signal {number}"),
            );
        }
    });
}
