//! 5.5: a sender completes while the receiver does something else.

#![cfg(loom)]

use atomic_waker::oneshot::state::{State, ToComplete};
use model::loom::cell::UnsafeCell;
use model::loom::sync::Arc;
use model::loom::thread;
use testkit::{Exercise, Rule, lane, note};

const EX: Exercise = Exercise::new("5.5", "atomic-waker/send.md");

const ONE_HAS_IT: Rule =
    EX.rule("The value is received, or the sender has it back: never both, and never neither.");
const WAKER: Rule =
    EX.rule("A receiver that leaves its waker is woken, or sees that the channel is complete.");

/// A channel by hand: the cells that the word is about, and loom watches.
struct Channel {
    state: State,
    value: UnsafeCell<Option<u32>>,
    waker: UnsafeCell<&'static str>,
}

// SAFETY: the cells change hands as the word says, which is what the models try.
unsafe impl Send for Channel {}
// SAFETY: as above.
unsafe impl Sync for Channel {}

impl Channel {
    fn new() -> Arc<Channel> {
        Arc::new(Channel {
            state: State::new(),
            value: UnsafeCell::new(None),
            waker: UnsafeCell::new("none"),
        })
    }

    fn take_value(&self) -> Option<u32> {
        // SAFETY: loom fails the model if two threads come here at once.
        self.value.with_mut(|value| unsafe { (*value).take() })
    }

    /// As `Sender::send` does it. Returns what it has back, and whether it took the waker.
    fn send(&self) -> (Option<u32>, bool) {
        // SAFETY: as above.
        self.value.with_mut(|value| unsafe { *value = Some(7) });
        match self.state.complete() {
            ToComplete::Gone => (None, false),
            ToComplete::Wake => {
                // SAFETY: as above.
                let waker = self.waker.with_mut(|waker| unsafe { *waker });
                assert_eq!(waker, "the receiver");
                (None, true)
            }
            ToComplete::Closed => (self.take_value(), false),
        }
    }

    /// As `try_recv` does it.
    fn receive(&self) -> Option<u32> {
        if self.state.load().is_complete() {
            return self.take_value();
        }
        note("the channel is not complete");
        None
    }
}

/// tokio #4225: both touched the cell.
#[test]
fn a_send_and_a_close_and_a_receive() {
    ONE_HAS_IT.model(|| {
        lane("the receiver");
        let channel = Channel::new();
        let sender = thread::spawn({
            let channel = Arc::clone(&channel);
            move || {
                lane("the sender");
                channel.send()
            }
        });
        let before = channel.state.close();
        let received = channel.receive();
        let (returned, _) = sender.join().unwrap();
        ONE_HAS_IT.check_eq("complete before", before.is_complete(), received.is_some());
        let sent = [received, returned].iter().flatten().count();
        ONE_HAS_IT.check_eq("those who have the value", sent, 1);
    });
}

#[test]
fn a_send_and_a_waker() {
    WAKER.model(|| {
        lane("the receiver");
        let channel = Channel::new();
        let sender = thread::spawn({
            let channel = Arc::clone(&channel);
            move || {
                lane("the sender");
                channel.send()
            }
        });
        // SAFETY: RX_WAKER is clear.
        channel
            .waker
            .with_mut(|waker| unsafe { *waker = "the receiver" });
        let is_complete = channel.state.set_rx_waker().is_complete();
        let received = if is_complete { channel.receive() } else { None };
        let (_, is_woken) = sender.join().unwrap();
        WAKER.check(
            is_complete != is_woken,
            format_args!("it saw a complete channel: {is_complete}; it was woken: {is_woken}"),
        );
        WAKER.check_eq("the value, if complete", received.is_some(), is_complete);
    });
}

/// The receiver takes its waker back, to leave another one.
#[test]
fn a_send_and_a_waker_that_is_taken_back() {
    WAKER.model(|| {
        lane("the receiver");
        let channel = Channel::new();
        // SAFETY: there is no other thread yet.
        channel
            .waker
            .with_mut(|waker| unsafe { *waker = "the receiver" });
        channel.state.set_rx_waker();
        let sender = thread::spawn({
            let channel = Arc::clone(&channel);
            move || {
                lane("the sender");
                channel.send()
            }
        });
        let mut is_complete = channel.state.unset_rx_waker().is_complete();
        let was_complete = is_complete;
        if !is_complete {
            // SAFETY: RX_WAKER is clear.
            channel
                .waker
                .with_mut(|waker| unsafe { *waker = "the receiver" });
            is_complete = channel.state.set_rx_waker().is_complete();
        }
        let (_, is_woken) = sender.join().unwrap();
        WAKER.check_eq(
            "the sender took the waker",
            is_woken,
            was_complete || !is_complete,
        );
    });
}
