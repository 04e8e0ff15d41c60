//! A queue that each receiver reads to the end, at its own pace.
//!
//! Every message goes to every receiver that is there when it is sent. A queue for each receiver would
//! hold it as often as there are receivers. So there is one queue for all, and each receiver is no
//! more than a position in it. A slow receiver must not keep the others waiting, nor fill the memory.
//! So the queue is a ring. A message stays until the ring comes round, and a receiver that is overtaken
//! is told how much it has missed.
//!
//! ```text
//!     capacity 4                     oldest                  tail, the next to be sent
//!     position                    5    6    7    8    9    10
//!     place                            2    3    0    1
//!     not received by                  2    2    3    3
//!                                      ^         ^
//!     receivers   A: 5, lags by one    B: 6      C: 8
//! ```
//!
//! Each place counts the receivers that have not received its message yet. The receiver that takes the
//! count to zero takes the message away, so that it does not stay in memory until it is overwritten.
//!
//! A message must not be cloned under a lock, nor overwritten while it is being cloned. Our answer
//! keeps it in a place of its own making, `slot`, which is given; an `Arc` in a `Mutex` does, too.
//!
//! In tokio: `sync/broadcast.rs`, with a lock for each slot, and clones under it. So one receiver at a
//! time clones a message there, and `Send` is enough for it. A clone that uses the channel never
//! returns there.

mod slot;

// ANCHOR: ex-7-6-broadcast
use std::fmt;
use std::panic::resume_unwind;
use std::sync::atomic::Ordering::{Acquire, Release};

use atomic_waker::blocking::block_on;
use harness::coop::cooperative;
use harness::isolate::{Payload, discard, isolate};
use model::loom::sync::atomic::AtomicU64;
use model::loom::sync::{Arc, Mutex, MutexGuard};

use locks::Notify;

use slot::{Place, RECEIVERS_MAX, Spare};

use error::{RecvError, SendError, TryRecvError};

/// Sends messages to all receivers there are.
///
/// To go to another thread it needs messages that are `Send` and `Sync`: several receivers clone the
/// same message at the same time. A message that is not `Sync`, a `Cell` for example, can be sent in
/// a `Mutex`. (In tokio one receiver at a time clones a message, and it need not be `Sync`.)
///
/// # Examples
///
/// ```
/// use channels::broadcast;
///
/// timer_future::block_on(async {
///     let (tx, mut one) = broadcast::channel(8);
///     let mut other = tx.subscribe();
///     tx.send("news").unwrap();
///     assert_eq!(one.recv().await, Ok("news"));
///     assert_eq!(other.recv().await, Ok("news"));
/// });
/// ```
pub struct Sender<T> {
    shared: Arc<Shared<T>>,
}

/// A sender that does not keep the channel open. Does not send: see [`WeakSender::upgrade`].
///
/// # Examples
///
/// ```
/// use channels::broadcast;
///
/// let (tx, mut rx) = broadcast::channel(4);
/// let weak = tx.downgrade();
/// weak.upgrade().expect("there is a sender").send("hello").unwrap();
/// drop(tx);
/// assert!(weak.upgrade().is_none(), "it does not keep the channel open");
/// assert_eq!(rx.try_recv(), Ok("hello"));
/// assert!(rx.is_closed());
/// ```
pub struct WeakSender<T> {
    shared: Arc<Shared<T>>,
}

/// Receives each message that is sent while it exists.
///
/// As for the [`Sender`], messages must be `Send` and `Sync` for it to go to another thread.
///
/// # Examples
///
/// ```
/// use channels::broadcast::{self, error::RecvError};
///
/// timer_future::block_on(async {
///     let (tx, mut slow) = broadcast::channel(2);
///     for price in [10, 11, 12, 13] {
///         tx.send(price).unwrap();
///     }
///     // There is room for two. A receiver that is slow is told what it has missed.
///     assert_eq!(slow.recv().await, Err(RecvError::Lagged(2)));
///     assert_eq!(slow.recv().await, Ok(12));
///     assert_eq!(slow.recv().await, Ok(13));
/// });
/// ```
pub struct Receiver<T> {
    shared: Arc<Shared<T>>,
    /// The position of the message it receives next. Behind the ring if it was overtaken.
    next: u64,
}

/// What both ends have.
///
/// # Invariants
///
/// - **One Count Each**: for each receiver, and each position from its own to the tail that is still
///   in the ring, that place counts one receiver that has not received its message.
/// - **Nothing Foreign Under The Lock**: values are cloned and dropped, and wakers woken, outside.
/// - **Message, Then Wake**: waiting receivers are woken after the ring was changed; and they look at
///   the ring after they have claimed to be woken.
/// - **Announced Under Lock**: the holder of the lock writes `latest`, and it says what the ring
///   does. Without the lock it may be a little old, which is why it comes before the wake.
struct Shared<T> {
    /// As many as a power of two.
    places: Box<[Place<T>]>,
    ring: Mutex<Ring<T>>,
    /// Twice the tail, and one more if all senders are gone: what a receiver needs to know in order
    /// to wait, without the lock.
    latest: AtomicU64,
    /// Woken when a message was sent, and when the last sender has gone.
    arrived: Notify,
    /// Woken when the last receiver has gone.
    deserted: Notify,
}

/// What is under the lock.
struct Ring<T> {
    /// The position of the next message to be sent.
    tail: u64,
    receivers: usize,
    senders: usize,
    weak_senders: usize,
    spare: Spare<T>,
}

/// A channel that keeps the latest messages: `capacity` of them, or more, as the number is rounded
/// up to a power of two.
///
/// # Panics
///
/// If `capacity` is zero ("broadcast channel capacity cannot be zero"), or more than half of the
/// numbers there are ("broadcast channel capacity exceeded `usize::MAX / 2`").
#[track_caller]
pub fn channel<T: Clone>(capacity: usize) -> (Sender<T>, Receiver<T>) {
    let sender = Sender::new(capacity);
    let receiver = sender.subscribe();
    (sender, receiver)
}

impl<T> Sender<T> {
    /// A channel without a receiver; see [`channel`] and [`subscribe`](Sender::subscribe).
    ///
    /// # Panics
    ///
    /// If `capacity` is zero, or more than `usize::MAX / 2`.
    #[track_caller]
    pub fn new(capacity: usize) -> Sender<T> {
        assert!(0 < capacity, "broadcast channel capacity cannot be zero");
        assert!(
            capacity <= usize::MAX >> 1,
            "broadcast channel capacity exceeded `usize::MAX / 2`"
        );
        let ring = Ring {
            tail: 0,
            receivers: 0,
            senders: 1,
            weak_senders: 0,
            spare: Spare::new(),
        };
        Sender {
            shared: Arc::new(Shared {
                places: Place::row(capacity.next_power_of_two()),
                ring: Mutex::new(ring),
                latest: AtomicU64::new(0),
                arrived: Notify::new(),
                deserted: Notify::new(),
            }),
        }
    }

    /// Sends a message, and returns how many receivers there are to see it. They need not all see it.
    /// Never waits: the oldest message is overwritten if the ring is full.
    ///
    /// If there is no receiver the message comes back. There may be one later.
    pub fn send(&self, value: T) -> Result<usize, SendError<T>> {
        // The message that is sent, and then the one that it takes the place of.
        let mut message = Some(value);
        match self.shared.put(&mut message) {
            0 => Err(SendError(message.expect("nobody is there to have it"))),
            receivers => Ok(receivers),
        }
    }

    /// A new receiver, of all that is sent from now on.
    pub fn subscribe(&self) -> Receiver<T> {
        Receiver::new(&self.shared)
    }

    /// A sender that does not keep the channel open.
    #[must_use = "this does not drop the sender that it is called on"]
    pub fn downgrade(&self) -> WeakSender<T> {
        self.shared.lock().weak_senders += 1;
        WeakSender {
            shared: self.shared.clone(),
        }
    }

    /// How many messages there are that some receiver has not seen.
    pub fn len(&self) -> usize {
        let ring = self.shared.lock();
        // A receiver that has not seen a message has not seen those after it either.
        let positions = (self.shared.oldest(&ring)..ring.tail).rev();
        positions
            .take_while(|&position| self.shared.place(position).unseen() != 0)
            .count()
    }

    /// Whether all receivers have seen all messages.
    pub fn is_empty(&self) -> bool {
        let ring = self.shared.lock();
        let newest = ring.tail.wrapping_sub(1);
        self.shared.place(newest).unseen() == 0
    }

    /// How many receivers there are.
    pub fn receiver_count(&self) -> usize {
        self.shared.lock().receivers
    }

    /// Whether both send to the same receivers.
    pub fn same_channel(&self, other: &Sender<T>) -> bool {
        Arc::ptr_eq(&self.shared, &other.shared)
    }

    /// Waits until there is no receiver. There may be a new one by the time this returns.
    ///
    /// A task that finds none spends one of its budget: see [`harness::coop::cooperative`].
    ///
    /// # Cancellation
    ///
    /// Safe: nothing is lost.
    #[harness::leaf("broadcast::Sender::closed")]
    pub async fn closed(&self) {
        cooperative(async {
            loop {
                let deserted = self.shared.deserted.notified();
                if self.receiver_count() == 0 {
                    return;
                }
                deserted.await;
            }
        })
        .await;
    }

    /// How many senders there are.
    pub fn strong_count(&self) -> usize {
        self.shared.lock().senders
    }

    /// How many weak senders there are.
    pub fn weak_count(&self) -> usize {
        self.shared.lock().weak_senders
    }
}

impl<T> WeakSender<T> {
    /// A sender, if there is one still.
    #[must_use = "the sender is dropped at once"]
    pub fn upgrade(&self) -> Option<Sender<T>> {
        let mut ring = self.shared.lock();
        if ring.senders == 0 {
            return None;
        }
        ring.senders += 1;
        Some(Sender {
            shared: self.shared.clone(),
        })
    }

    /// How many senders there are.
    pub fn strong_count(&self) -> usize {
        self.shared.lock().senders
    }

    /// How many weak senders there are.
    pub fn weak_count(&self) -> usize {
        self.shared.lock().weak_senders
    }
}

impl<T> Receiver<T> {
    fn new(shared: &Arc<Shared<T>>) -> Receiver<T> {
        let next = {
            let mut ring = shared.lock();
            let is_full = ring.receivers == RECEIVERS_MAX;
            if is_full {
                drop(ring);
                panic!("max receivers");
            }
            ring.receivers += 1;
            ring.tail
        };
        Receiver {
            shared: shared.clone(),
            next,
        }
    }

    /// How many messages were sent that this one has not received, those it has missed included.
    /// If that is more than the capacity, rounded up, the next receive says how many it has missed.
    pub fn len(&self) -> usize {
        (self.shared.lock().tail - self.next) as usize
    }

    /// Whether it has received all messages.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether both receive from the same senders.
    pub fn same_channel(&self, other: &Receiver<T>) -> bool {
        Arc::ptr_eq(&self.shared, &other.shared)
    }

    /// How many senders there are.
    pub fn sender_strong_count(&self) -> usize {
        self.shared.lock().senders
    }

    /// How many weak senders there are.
    pub fn sender_weak_count(&self) -> usize {
        self.shared.lock().weak_senders
    }

    /// Whether all senders are gone. There may be messages left.
    pub fn is_closed(&self) -> bool {
        self.sender_strong_count() == 0
    }
}

impl<T: Clone> Receiver<T> {
    /// A new receiver, of all that is sent from now on: it sees nothing that this one has before
    /// it.
    pub fn resubscribe(&self) -> Receiver<T> {
        Receiver::new(&self.shared)
    }

    /// Waits for the next message.
    ///
    /// [`RecvError::Lagged`] says how many messages were overwritten before this one received
    /// them; the next receive then returns the oldest that is left. [`RecvError::Closed`]: all
    /// senders are gone, and all messages received.
    ///
    /// A task that receives spends one of its budget: see [`harness::coop::cooperative`].
    ///
    /// # Cancellation
    ///
    /// Safe: a message counts as received only if this returns it.
    ///
    /// # Panics
    ///
    /// If the clone of the message does. It is received, then.
    #[harness::leaf("broadcast::Receiver::recv")]
    pub async fn recv(&mut self) -> Result<T, RecvError> {
        cooperative(async {
            loop {
                // First the claim to be woken, then the look (Message, Then Wake).
                let arrived = self.shared.arrived.notified();
                match self.shared.take(&mut self.next) {
                    Ok(value) => return Ok(value),
                    Err(TryRecvError::Lagged(missed)) => return Err(RecvError::Lagged(missed)),
                    Err(TryRecvError::Closed) => return Err(RecvError::Closed),
                    Err(TryRecvError::Empty) => arrived.await,
                }
            }
        })
        .await
    }

    /// The next message, if it is there.
    ///
    /// # Panics
    ///
    /// If the clone of the message does. It is received, then.
    pub fn try_recv(&mut self) -> Result<T, TryRecvError> {
        self.shared.take(&mut self.next)
    }

    /// Waits for the next message, and blocks the thread. For use outside of asynchronous code.
    ///
    /// # Panics
    ///
    /// If this thread runs tasks, or if the clone of the message panics.
    #[track_caller]
    pub fn blocking_recv(&mut self) -> Result<T, RecvError> {
        block_on(self.recv())
    }
}

impl<T> Shared<T> {
    fn lock(&self) -> MutexGuard<'_, Ring<T>> {
        self.ring.lock().expect("nothing panics under this lock")
    }

    /// Puts a message into the ring for all receivers, and wakes those that wait. Returns how many
    /// receivers there are. The caller drops what `message` has after this.
    fn put(&self, message: &mut Option<T>) -> usize {
        let mut ring = self.lock();
        let receivers = ring.receivers;
        if receivers == 0 {
            return 0;
        }
        let position = ring.tail;
        let place = self.place(position);
        place.put(position, message, receivers, &mut ring.spare);
        ring.tail += 1;
        self.announce(&ring);
        drop(ring);
        self.arrived.notify_waiters();
        receivers
    }

    /// Says without a lock what the ring says (Announced Under Lock).
    fn announce(&self, ring: &Ring<T>) {
        let is_closed = ring.senders == 0;
        // ORDERING: Release, with the Acquire in `take`.
        self.latest
            .store(ring.tail << 1 | u64::from(is_closed), Release);
    }

    /// Receives the message at `next`.
    fn take(&self, next: &mut u64) -> Result<T, TryRecvError>
    where
        T: Clone,
    {
        loop {
            // ORDERING: Acquire, with the Release in `announce`. A value that is out of date comes
            // with a claim to be woken that is as old, and was fulfilled.
            if self.latest.load(Acquire) == *next << 1 {
                return Err(TryRecvError::Empty);
            }
            if let Some(inside) = self.place(*next).enter(*next) {
                *next += 1;
                return Ok(inside.receive());
            }
            // It was overwritten, or never sent.
            self.locate(next)?;
        }
    }

    /// Whether the message at `next` is in the ring. If it was overwritten, goes on to the oldest.
    fn locate(&self, next: &mut u64) -> Result<(), TryRecvError> {
        let ring = self.lock();
        if *next == ring.tail {
            return Err(match ring.senders {
                0 => TryRecvError::Closed,
                _ => TryRecvError::Empty,
            });
        }
        let oldest = self.oldest(&ring);
        if *next < oldest {
            let missed = oldest - *next;
            *next = oldest;
            return Err(TryRecvError::Lagged(missed));
        }
        Ok(())
    }

    /// The position of the oldest message that can be in the ring.
    fn oldest(&self, ring: &Ring<T>) -> u64 {
        ring.tail.saturating_sub(self.places.len() as u64)
    }

    fn place(&self, position: u64) -> &Place<T> {
        // The length is a power of two.
        &self.places[position as usize & (self.places.len() - 1)]
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        let mut ring = self.shared.lock();
        ring.receivers -= 1;
        let is_last = ring.receivers == 0;
        let unseen = self.next.max(self.shared.oldest(&ring))..ring.tail;
        drop(ring);
        // What is overwritten from here on does not count us any more.
        let mut first: Option<Payload> = None;
        let mut keep = |result: Result<(), Payload>| {
            if let Err(payload) = result {
                match first {
                    None => first = Some(payload),
                    Some(_) => discard(payload),
                }
            }
        };
        for position in unseen {
            // Entered and left: that is a message passed over. It may be the end of the message,
            // whose drop may panic, and then the others are passed over all the same.
            keep(isolate(|| {
                drop(self.shared.place(position).enter(position))
            }));
        }
        // After that, so that a task that is told so finds no message that waits for a receiver.
        if is_last {
            keep(isolate(|| self.shared.deserted.notify_waiters()));
        }
        if let Some(payload) = first {
            resume_unwind(payload);
        }
    }
}

impl<T> Clone for Sender<T> {
    fn clone(&self) -> Sender<T> {
        self.shared.lock().senders += 1;
        Sender {
            shared: self.shared.clone(),
        }
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        let is_last = {
            let mut ring = self.shared.lock();
            ring.senders -= 1;
            self.shared.announce(&ring);
            ring.senders == 0
        };
        if is_last {
            self.shared.arrived.notify_waiters();
        }
    }
}

impl<T> Clone for WeakSender<T> {
    fn clone(&self) -> WeakSender<T> {
        self.shared.lock().weak_senders += 1;
        WeakSender {
            shared: self.shared.clone(),
        }
    }
}

impl<T> Drop for WeakSender<T> {
    fn drop(&mut self) {
        self.shared.lock().weak_senders -= 1;
    }
}

impl<T> fmt::Debug for Sender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("broadcast::Sender")
    }
}

impl<T> fmt::Debug for WeakSender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("broadcast::WeakSender")
    }
}

impl<T> fmt::Debug for Receiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("broadcast::Receiver")
    }
}

/// What can go wrong.
pub mod error {
    use std::error::Error;
    use std::fmt;

    /// There is no receiver. The message comes back.
    ///
    /// # Examples
    ///
    /// ```
    /// use channels::broadcast::{self, error::SendError};
    ///
    /// let (tx, rx) = broadcast::channel(4);
    /// drop(rx);
    /// let SendError(message) = tx.send("is anyone there?").unwrap_err();
    /// assert_eq!(message, "is anyone there?");
    /// ```
    #[derive(Debug)]
    pub struct SendError<T>(pub T);

    /// Why [`recv`](super::Receiver::recv) returned no message.
    ///
    /// # Examples
    ///
    /// ```
    /// use channels::broadcast::{self, error::RecvError};
    ///
    /// timer_future::block_on(async {
    ///     let (tx, mut rx) = broadcast::channel(1);
    ///     tx.send("one").unwrap();
    ///     tx.send("two").unwrap();
    ///     drop(tx);
    ///     assert_eq!(rx.recv().await, Err(RecvError::Lagged(1)), "one was overwritten");
    ///     assert_eq!(rx.recv().await, Ok("two"));
    ///     assert_eq!(rx.recv().await, Err(RecvError::Closed));
    /// });
    /// ```
    #[derive(Debug, PartialEq, Eq, Clone)]
    pub enum RecvError {
        /// All senders are gone, and all messages received.
        Closed,
        /// So many messages were overwritten before they were received.
        Lagged(u64),
    }

    /// Why [`try_recv`](super::Receiver::try_recv) returned no message.
    ///
    /// # Examples
    ///
    /// ```
    /// use channels::broadcast::{self, error::TryRecvError};
    ///
    /// let (tx, mut rx) = broadcast::channel::<u32>(4);
    /// assert_eq!(rx.try_recv(), Err(TryRecvError::Empty), "not yet");
    /// drop(tx);
    /// assert_eq!(rx.try_recv(), Err(TryRecvError::Closed), "never");
    /// ```
    #[derive(Debug, PartialEq, Eq, Clone)]
    pub enum TryRecvError {
        /// All messages are received. There may be more.
        Empty,
        /// All senders are gone, and all messages received.
        Closed,
        /// So many messages were overwritten before they were received.
        Lagged(u64),
    }

    impl<T> fmt::Display for SendError<T> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("channel closed")
        }
    }

    impl fmt::Display for RecvError {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            match self {
                RecvError::Closed => f.write_str("channel closed"),
                RecvError::Lagged(missed) => write!(f, "channel lagged by {missed}"),
            }
        }
    }

    impl fmt::Display for TryRecvError {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            match self {
                TryRecvError::Empty => f.write_str("channel empty"),
                TryRecvError::Closed => f.write_str("channel closed"),
                TryRecvError::Lagged(missed) => write!(f, "channel lagged by {missed}"),
            }
        }
    }

    impl<T: fmt::Debug> Error for SendError<T> {}
    impl Error for RecvError {}
    impl Error for TryRecvError {}
}
// ANCHOR_END: ex-7-6-broadcast
