use std::ops::DerefMut;

use async_broadcast::RecvError;
use async_lock::{Mutex, Semaphore, SemaphoreGuard};
use event_listener::Event;

use super::{Bounded, Broadcast, Library, Lock, Message, Notices, Oneshot, Permits, Unbounded};

/// `async-channel`, `async-lock`, `async-broadcast` and `event-listener`.
pub struct Smol;

impl Library for Smol {
    const NAME: &'static str = "smol";
}

/// It has no type of its own for this: a channel for one message is one with room for one.
impl Oneshot for Smol {
    type Sender = async_channel::Sender<Message>;
    type Receiver = async_channel::Receiver<Message>;

    fn channel() -> (Self::Sender, Self::Receiver) {
        async_channel::bounded(1)
    }

    fn send(sender: Self::Sender, message: Message) {
        sender.try_send(message).expect("there is room for one");
    }

    async fn recv(receiver: Self::Receiver) -> Message {
        receiver.recv().await.expect("it was sent")
    }
}

impl Bounded for Smol {
    type Sender = async_channel::Sender<Message>;
    type Receiver = async_channel::Receiver<Message>;

    fn channel(capacity: usize, _senders: usize) -> (Self::Sender, Self::Receiver) {
        async_channel::bounded(capacity)
    }

    async fn send(sender: &mut Self::Sender, message: Message) {
        sender.send(message).await.expect("the receiver is there");
    }

    async fn recv(receiver: &mut Self::Receiver) -> Option<Message> {
        receiver.recv().await.ok()
    }
}

impl Unbounded for Smol {
    type Sender = async_channel::Sender<Message>;
    type Receiver = async_channel::Receiver<Message>;

    fn channel() -> (Self::Sender, Self::Receiver) {
        async_channel::unbounded()
    }

    fn send(sender: &Self::Sender, message: Message) {
        sender.try_send(message).expect("the receiver is there");
    }

    async fn recv(receiver: &mut Self::Receiver) -> Option<Message> {
        receiver.recv().await.ok()
    }
}

impl Lock for Smol {
    type Mutex = Mutex<usize>;

    fn new() -> Mutex<usize> {
        Mutex::new(0)
    }

    fn lock(mutex: &Mutex<usize>) -> impl Future<Output: DerefMut<Target = usize> + Send> + Send {
        mutex.lock()
    }
}

impl Permits for Smol {
    type Semaphore = Semaphore;
    type Permit<'a> = SemaphoreGuard<'a>;

    fn new(permits: usize) -> Semaphore {
        Semaphore::new(permits)
    }

    fn acquire(semaphore: &Semaphore) -> impl Future<Output = SemaphoreGuard<'_>> + Send {
        semaphore.acquire()
    }
}

/// An event keeps no notification for those who come later. Here nobody comes later.
impl Notices for Smol {
    type Notify = Event;

    fn new() -> Event {
        Event::new()
    }

    fn notify_one(notify: &Event) {
        notify.notify(1);
    }

    fn notified(notify: &Event) -> impl Future<Output = ()> + Send {
        notify.listen()
    }
}

impl Broadcast for Smol {
    type Sender = async_broadcast::Sender<Message>;
    type Receiver = async_broadcast::Receiver<Message>;

    fn channel(capacity: usize, receivers: usize) -> (Self::Sender, Vec<Self::Receiver>) {
        let (sender, receiver) = async_broadcast::broadcast(capacity);
        let mut all: Vec<_> = (1..receivers).map(|_| receiver.new_receiver()).collect();
        all.push(receiver);
        (sender, all)
    }

    async fn send(sender: &Self::Sender, message: Message) {
        let overflow = sender.broadcast_direct(message).await;
        overflow.expect("the receivers are there");
    }

    async fn recv(receiver: &mut Self::Receiver) -> Option<Message> {
        match receiver.recv_direct().await {
            Ok(message) => Some(message),
            Err(RecvError::Closed) => None,
            Err(RecvError::Overflowed(_)) => unreachable!("senders wait for room"),
        }
    }
}
