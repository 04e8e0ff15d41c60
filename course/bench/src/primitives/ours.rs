use std::ops::DerefMut;

use atomic_waker::oneshot;
use channels::{broadcast, mpsc};
use locks::{Mutex, Notify, Semaphore, SemaphorePermit};

use super::{Bounded, Broadcast, Library, Lock, Message, Notices, Oneshot, Permits, Unbounded};

/// Chapters 5 and 6.
pub struct Ours;

impl Library for Ours {
    const NAME: &'static str = "ours";
}

impl Oneshot for Ours {
    type Sender = oneshot::Sender<Message>;
    type Receiver = oneshot::Receiver<Message>;

    fn channel() -> (Self::Sender, Self::Receiver) {
        oneshot::channel()
    }

    fn send(sender: Self::Sender, message: Message) {
        sender.send(message).expect("the receiver is there");
    }

    async fn recv(receiver: Self::Receiver) -> Message {
        receiver.await.expect("it was sent")
    }
}

impl Bounded for Ours {
    type Sender = mpsc::Sender<Message>;
    type Receiver = mpsc::Receiver<Message>;

    fn channel(capacity: usize, _senders: usize) -> (Self::Sender, Self::Receiver) {
        mpsc::channel(capacity)
    }

    async fn send(sender: &mut Self::Sender, message: Message) {
        sender.send(message).await.expect("the receiver is there");
    }

    fn recv(receiver: &mut Self::Receiver) -> impl Future<Output = Option<Message>> + Send {
        receiver.recv()
    }
}

impl Unbounded for Ours {
    type Sender = mpsc::UnboundedSender<Message>;
    type Receiver = mpsc::UnboundedReceiver<Message>;

    fn channel() -> (Self::Sender, Self::Receiver) {
        mpsc::unbounded_channel()
    }

    fn send(sender: &Self::Sender, message: Message) {
        sender.send(message).expect("the receiver is there");
    }

    fn recv(receiver: &mut Self::Receiver) -> impl Future<Output = Option<Message>> + Send {
        receiver.recv()
    }
}

impl Lock for Ours {
    type Mutex = Mutex<usize>;

    fn new() -> Mutex<usize> {
        Mutex::new(0)
    }

    fn lock(mutex: &Mutex<usize>) -> impl Future<Output: DerefMut<Target = usize> + Send> + Send {
        mutex.lock()
    }
}

impl Permits for Ours {
    type Semaphore = Semaphore;
    type Permit<'a> = SemaphorePermit<'a>;

    fn new(permits: usize) -> Semaphore {
        Semaphore::new(permits)
    }

    async fn acquire(semaphore: &Semaphore) -> SemaphorePermit<'_> {
        semaphore.acquire().await.expect("it is open")
    }
}

impl Notices for Ours {
    type Notify = Notify;

    fn new() -> Notify {
        Notify::new()
    }

    fn notify_one(notify: &Notify) {
        notify.notify_one();
    }

    fn notified(notify: &Notify) -> impl Future<Output = ()> + Send {
        notify.notified()
    }
}

impl Broadcast for Ours {
    type Sender = broadcast::Sender<Message>;
    type Receiver = broadcast::Receiver<Message>;

    fn channel(capacity: usize, receivers: usize) -> (Self::Sender, Vec<Self::Receiver>) {
        let sender = broadcast::Sender::new(capacity);
        let receivers = (0..receivers).map(|_| sender.subscribe()).collect();
        (sender, receivers)
    }

    async fn send(sender: &Self::Sender, message: Message) {
        sender.send(message).expect("the receivers are there");
    }

    async fn recv(receiver: &mut Self::Receiver) -> Option<Message> {
        receiver.recv().await.ok()
    }
}
