use std::ops::DerefMut;

use futures_channel::{mpsc, oneshot};
use futures_util::lock::Mutex;
use futures_util::{SinkExt, StreamExt};

use super::{Bounded, Library, Lock, Message, Oneshot, Unbounded};

/// `futures::channel` and `futures::lock`.
pub struct Futures;

impl Library for Futures {
    const NAME: &'static str = "futures";
}

impl Oneshot for Futures {
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

impl Bounded for Futures {
    type Sender = mpsc::Sender<Message>;
    type Receiver = mpsc::Receiver<Message>;

    /// It has room for one message more for each sender.
    fn channel(capacity: usize, senders: usize) -> (Self::Sender, Self::Receiver) {
        mpsc::channel(capacity - senders)
    }

    async fn send(sender: &mut Self::Sender, message: Message) {
        // `send` would also wait until the message is received.
        sender.feed(message).await.expect("the receiver is there");
    }

    fn recv(receiver: &mut Self::Receiver) -> impl Future<Output = Option<Message>> + Send {
        receiver.next()
    }
}

impl Unbounded for Futures {
    type Sender = mpsc::UnboundedSender<Message>;
    type Receiver = mpsc::UnboundedReceiver<Message>;

    fn channel() -> (Self::Sender, Self::Receiver) {
        mpsc::unbounded()
    }

    fn send(sender: &Self::Sender, message: Message) {
        sender
            .unbounded_send(message)
            .expect("the receiver is there");
    }

    fn recv(receiver: &mut Self::Receiver) -> impl Future<Output = Option<Message>> + Send {
        receiver.next()
    }
}

impl Lock for Futures {
    type Mutex = Mutex<usize>;

    fn new() -> Mutex<usize> {
        Mutex::new(0)
    }

    fn lock(mutex: &Mutex<usize>) -> impl Future<Output: DerefMut<Target = usize> + Send> + Send {
        mutex.lock()
    }
}
