//! 5.6: both ends go at the same time.

#![cfg(loom)]

use atomic_waker::oneshot::state::{End, State};
use model::loom::cell::UnsafeCell;
use model::loom::sync::Arc;
use model::loom::thread;
use testkit::{Exercise, Rule, lane};

const EX: Exercise = Exercise::new("5.6", "atomic-waker/last-one.md");

const LAST: Rule = EX.rule("Of the two ends, the last one to go is told to free, and no other.");
const AFTER: Rule = EX.rule("The free comes after all that the other end did.");

struct Channel {
    state: State,
    /// What each end does before it goes; the free is a write to both.
    sender: UnsafeCell<u32>,
    receiver: UnsafeCell<u32>,
}

// SAFETY: the cells change hands as the word says, which is what the models try.
unsafe impl Send for Channel {}
// SAFETY: as above.
unsafe impl Sync for Channel {}

impl Channel {
    fn new() -> Arc<Channel> {
        Arc::new(Channel {
            state: State::new(),
            sender: UnsafeCell::new(0),
            receiver: UnsafeCell::new(0),
        })
    }

    fn leave(&self, end: End) -> bool {
        let ours = match end {
            End::Sender => &self.sender,
            End::Receiver => &self.receiver,
        };
        // SAFETY: loom fails the model if two threads come here at once, or unordered.
        ours.with_mut(|cell| unsafe { *cell += 1 });
        let is_last = self.state.leave(end);
        if is_last {
            for cell in [&self.sender, &self.receiver] {
                // SAFETY: as above.
                cell.with_mut(|cell| unsafe { *cell = 0 });
            }
        }
        is_last
    }
}

#[test]
fn both_ends_go_and_one_frees() {
    AFTER.model(|| {
        lane("the receiver");
        let channel = Channel::new();
        let sender = thread::spawn({
            let channel = Arc::clone(&channel);
            move || {
                lane("the sender");
                channel.leave(End::Sender)
            }
        });
        let receiver = channel.leave(End::Receiver);
        let sender = sender.join().unwrap();
        LAST.check_eq(
            "ends that free",
            usize::from(sender) + usize::from(receiver),
            1,
        );
    });
}

/// The sender is gone by `complete`, or by `leave`, and the receiver goes by what it sees.
#[test]
fn a_sender_completes_and_the_receiver_goes() {
    AFTER.model(|| {
        lane("the receiver");
        let channel = Channel::new();
        let sender = thread::spawn({
            let channel = Arc::clone(&channel);
            move || {
                lane("the sender");
                // SAFETY: as in `leave`.
                channel.sender.with_mut(|cell| unsafe { *cell += 1 });
                drop(channel.state.complete());
            }
        });
        // Closed Or Complete: it does not go before.
        if channel.state.load().is_complete() {
            let is_last = channel.leave(End::Receiver);
            LAST.check(
                is_last,
                "the sender is gone, and the receiver does not free",
            );
        }
        sender.join().unwrap();
    });
}
