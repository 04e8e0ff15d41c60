//! Senders as sinks: `send` in the words of the `futures` crate.
//!
//! A sink is asked whether it is ready, and is handed a value then. A bounded channel is ready
//! when room is reserved. So the permit has to be kept from call to call, or the place in the line for
//! one: [`PollSender`] keeps it. An unbounded sender is always ready.
//!
//! In tokio: `tokio-util/src/sync/mpsc.rs`.

use std::error::Error;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures::Sink;

use super::error::TrySendError;
use super::sender::Sender;
use super::unbounded::UnboundedSender;
use locks::semaphore::Place;

/// A [`Sender`] for code that polls. It is a [`Sink`].
///
/// # Examples
///
/// ```
/// use channels::mpsc::{self, PollSender};
/// use futures::{SinkExt, StreamExt, stream};
///
/// timer_future::block_on(async {
///     let (tx, mut rx) = mpsc::channel(3);
///     // As a sink it fits to everything that is made of streams and sinks.
///     let mut sink = PollSender::new(tx);
///     sink.send_all(&mut stream::iter([Ok(1), Ok(2), Ok(3)])).await.unwrap();
///     drop(sink);
///     assert_eq!(rx.recv().await, Some(1));
///     assert_eq!(rx.len(), 2);
/// });
/// ```
pub struct PollSender<T> {
    /// `None` once it is closed.
    sender: Option<Sender<T>>,
    state: State,
    /// Where it waits, if it ever had to. In a box, as it must not move while the others know of it.
    place: Option<Pin<Box<Place>>>,
}

/// The receiver has closed the channel, or is gone; or this sender was closed. Here is the value, if
/// there was one.
///
/// # Examples
///
/// ```
/// use channels::mpsc::{self, PollSender};
/// use futures::SinkExt;
///
/// timer_future::block_on(async {
///     let (tx, rx) = mpsc::channel(1);
///     let mut sink = PollSender::new(tx);
///     drop(rx);
///     let error = sink.send("too late").await.unwrap_err();
///     assert_eq!(error.to_string(), "channel closed");
///     assert!(sink.is_closed(), "and it stays so");
/// });
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PollSendError<T>(Option<T>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// It has no room, and does not wait for any.
    Idle,
    /// The place may be in the semaphore's queue.
    Waiting,
    /// It has room for one value.
    Reserved,
}

impl<T> PollSender<T> {
    /// A sink into the channel of `sender`.
    pub fn new(sender: Sender<T>) -> PollSender<T> {
        PollSender {
            sender: Some(sender),
            state: State::Idle,
            place: None,
        }
    }

    /// Waits until there is room for a value, and keeps it free until
    /// [`send_item`](PollSender::send_item).
    ///
    /// # Errors
    ///
    /// If the receiver has closed the channel or is gone, or after [`close`](PollSender::close).
    #[harness::leaf("mpsc::PollSender::poll_reserve")]
    pub fn poll_reserve(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), PollSendError<T>>> {
        let Some(sender) = &self.sender else {
            return Poll::Ready(Err(PollSendError(None)));
        };
        let chan = &*sender.tx.chan;
        let reserved = match self.state {
            State::Reserved => Ok(()),
            State::Idle => chan.try_reserve(1),
            State::Waiting => Err(TrySendError::Full(())),
        };
        let reserved = match reserved {
            Err(TrySendError::Full(())) => {
                self.state = State::Waiting;
                let place = self.place.get_or_insert_with(|| Box::pin(Place::new(1)));
                // SAFETY: it is the semaphore of our channel, which lives as long as our sender. While
                // the state is `Waiting`, code that takes the sender leaves first: see `abort_send`.
                ready!(unsafe { place.as_mut().poll(&chan.room.semaphore, cx) }).is_ok()
            }
            Err(TrySendError::Closed(())) => false,
            Ok(()) => true,
        };
        if reserved {
            self.state = State::Reserved;
            return Poll::Ready(Ok(()));
        }
        self.close();
        Poll::Ready(Err(PollSendError(None)))
    }

    /// Sends a value into the room that was reserved.
    ///
    /// # Errors
    ///
    /// With the value, after [`close`](PollSender::close), or if the receiver is gone.
    ///
    /// # Panics
    ///
    /// If no room is reserved: [`poll_reserve`](PollSender::poll_reserve) has to come first, each time.
    #[track_caller]
    pub fn send_item(&mut self, value: T) -> Result<(), PollSendError<T>> {
        let Some(sender) = &self.sender else {
            return Err(PollSendError(Some(value)));
        };
        assert!(
            self.state == State::Reserved,
            "`send_item` called without first calling `poll_reserve`"
        );
        self.state = State::Idle;
        sender
            .tx
            .chan
            .send_reserved(value)
            .map_err(|value| PollSendError(Some(value)))
    }

    /// Gives up the room that was reserved, or the place in the line for it. Returns whether
    /// there was either.
    pub fn abort_send(&mut self) -> bool {
        let state = std::mem::replace(&mut self.state, State::Idle);
        let Some(sender) = &self.sender else {
            return false;
        };
        let chan = &*sender.tx.chan;
        match (state, &mut self.place) {
            (State::Reserved, _) => chan.give_back(1),
            (State::Waiting, Some(place)) => {
                // SAFETY: nothing is moved out of it.
                let place = unsafe { place.as_mut().get_unchecked_mut() };
                // SAFETY: it is the semaphore that the place was polled with.
                unsafe { place.leave(&chan.room.semaphore) };
                chan.wake_if_over();
            }
            _ => return false,
        }
        true
    }

    /// The sender, unless this was closed.
    pub fn get_ref(&self) -> Option<&Sender<T>> {
        self.sender.as_ref()
    }

    /// Whether this was closed. It is also closed by an error.
    pub fn is_closed(&self) -> bool {
        self.sender.is_none()
    }

    /// Drops the sender, with the room that was reserved.
    pub fn close(&mut self) {
        self.abort_send();
        self.sender = None;
    }
}

impl<T> Drop for PollSender<T> {
    fn drop(&mut self) {
        self.close();
    }
}

/// It waits for nothing that was not reserved for itself.
impl<T> Clone for PollSender<T> {
    fn clone(&self) -> PollSender<T> {
        PollSender {
            sender: self.sender.clone(),
            state: State::Idle,
            place: None,
        }
    }
}

/// Ready when there is room. There is nothing to flush: what was sent is in the channel.
impl<T> Sink<T> for PollSender<T> {
    type Error = PollSendError<T>;

    fn poll_ready(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Result<(), PollSendError<T>>> {
        self.poll_reserve(cx)
    }

    fn start_send(mut self: Pin<&mut Self>, value: T) -> Result<(), PollSendError<T>> {
        self.send_item(value)
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), PollSendError<T>>> {
        Poll::Ready(Ok(()))
    }

    fn poll_close(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Result<(), PollSendError<T>>> {
        self.close();
        Poll::Ready(Ok(()))
    }
}

/// Ready as long as there is a receiver. Closing it has no effect: drop it for that.
impl<T> Sink<T> for UnboundedSender<T> {
    type Error = PollSendError<T>;

    fn poll_ready(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(match self.is_closed() {
            true => Err(PollSendError(None)),
            false => Ok(()),
        })
    }

    fn start_send(self: Pin<&mut Self>, value: T) -> Result<(), PollSendError<T>> {
        self.send(value)
            .map_err(|error| PollSendError(Some(error.0)))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }
}

impl<T> PollSendError<T> {
    /// The value that was not sent, if there was one.
    pub fn into_inner(self) -> Option<T> {
        self.0
    }
}

impl<T> fmt::Display for PollSendError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("channel closed")
    }
}

impl<T: fmt::Debug> Error for PollSendError<T> {}

impl<T> fmt::Debug for PollSender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PollSender")
            .field("sender", &self.sender)
            .field("state", &self.state)
            .finish()
    }
}
