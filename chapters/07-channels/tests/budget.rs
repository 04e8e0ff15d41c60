//! A task that always finds something ready gives way all the same: each leaf spends the task's budget.

#![cfg(not(loom))]

#[path = "../../06-locks/tests/turns/mod.rs"]
mod turns;

use channels::{broadcast, mpsc, watch};
use testkit::{Exercise, Rule};

use turns::{TIMES, gives_way, polls_of};

const SHARED: Rule = Exercise::chapter("7", "channels/index.md")
    .rule("A value that is ready spends one of the budget, and waits when there is none.");

#[test]
#[cfg_attr(miri, ignore = "so many values take Miri minutes")]
fn channels_spend_the_budget() {
    SHARED.holds("channels with something in them", || {
        gives_way("mpsc::Sender::send", async {
            let (tx, _rx) = mpsc::channel(TIMES);
            for n in 0..TIMES {
                tx.send(n).await.unwrap();
            }
        });
        gives_way("mpsc::Receiver::recv", async {
            let (tx, mut rx) = mpsc::channel(TIMES);
            (0..TIMES).for_each(|n| tx.try_send(n).unwrap());
            for n in 0..TIMES {
                assert_eq!(rx.recv().await, Some(n));
            }
        });
        gives_way("mpsc::UnboundedReceiver::recv_many", async {
            let (tx, mut rx) = mpsc::unbounded_channel();
            (0..TIMES).for_each(|n| tx.send(n).unwrap());
            for _ in 0..TIMES {
                assert_eq!(rx.recv_many(&mut Vec::new(), 1).await, 1);
            }
        });
        gives_way("watch::Receiver::changed", async {
            let (tx, mut rx) = watch::channel(0);
            for n in 0..TIMES {
                tx.send(n).unwrap();
                rx.changed().await.unwrap();
            }
        });
        gives_way("watch::Receiver::wait_for", async {
            let (_tx, mut rx) = watch::channel(0);
            for _ in 0..TIMES {
                drop(rx.wait_for(|n| *n == 0).await);
            }
        });
        gives_way("broadcast::Receiver::recv", async {
            let (tx, mut rx) = broadcast::channel(TIMES);
            (0..TIMES).for_each(|n| assert_eq!(tx.send(n).unwrap(), 1));
            for n in 0..TIMES {
                assert_eq!(rx.recv().await.unwrap(), n);
            }
        });
    });
}

/// A receiver that is gone stays away: the sender that asks again and again is always ready.
#[test]
#[cfg_attr(miri, ignore = "so many values take Miri minutes")]
fn senders_that_are_alone_spend_the_budget() {
    SHARED.holds("channels without a receiver", || {
        gives_way("mpsc::Sender::closed", async {
            let (tx, _) = mpsc::channel::<()>(1);
            for _ in 0..TIMES {
                tx.closed().await;
            }
        });
        gives_way("mpsc::UnboundedSender::closed", async {
            let (tx, _) = mpsc::unbounded_channel::<()>();
            for _ in 0..TIMES {
                tx.closed().await;
            }
        });
        gives_way("watch::Sender::closed", async {
            let (tx, _) = watch::channel(());
            for _ in 0..TIMES {
                tx.closed().await;
            }
        });
        gives_way("broadcast::Sender::closed", async {
            let (tx, _) = broadcast::channel::<()>(1);
            for _ in 0..TIMES {
                tx.closed().await;
            }
        });
    });
}

/// `try_recv` may have to wait for a value that is on its way, with the thread. The budget must not make it wait
/// for a turn that cannot come.
#[test]
fn what_does_not_wait_needs_no_budget() {
    SHARED.holds("a try without a budget", || {
        let (polls, _) = polls_of(async {
            let (tx, mut rx) = mpsc::unbounded_channel();
            while harness::coop::has_budget_remaining() {
                harness::coop::consume_budget().await;
            }
            for n in 0..TIMES {
                tx.send(n).unwrap();
                assert_eq!(rx.try_recv(), Ok(n));
            }
        });
        assert_eq!(polls, 1);
    });
}
