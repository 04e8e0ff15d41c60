//! Receivers are streams, and senders are sinks.

#![cfg(not(loom))]

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use channels::mpsc::{PollSender, channel, unbounded_channel};
use futures::{Sink, SinkExt, StreamExt, stream};
use testkit::{DropToken, Exercise, Rule, TestWaker, drop_counter};

const CHAPTER: Exercise = Exercise::chapter("7", "channels/index.md");
const STREAM: Rule = CHAPTER
    .may_be("7.2")
    .rule("A receiver is a stream, and a sender is a sink that reserves before it sends.");

#[test]
fn a_stream_goes_into_a_sink() {
    STREAM.holds("forwarding a stream", || {
        futures::executor::block_on(async {
            let (tx, rx) = channel(2);
            let sending = stream::iter(0..100).map(Ok).forward(PollSender::new(tx));
            let (sent, received) = futures::join!(sending, rx.collect::<Vec<_>>());
            sent.unwrap();
            assert!(received.into_iter().eq(0..100));

            let (mut tx, rx) = unbounded_channel();
            SinkExt::send_all(&mut tx, &mut stream::iter(0..100).map(Ok))
                .await
                .unwrap();
            drop(tx);
            assert!(rx.collect::<Vec<_>>().await.into_iter().eq(0..100));
        });
    });
}

#[test]
fn a_poll_sender_reserves_and_sends() {
    STREAM.holds("a poll sender reserves and sends", || {
        let (tx, mut rx) = channel(1);
        let mut sink = PollSender::new(tx.clone());
        let [a, b] = ["A", "B"].map(TestWaker::new);
        let ready = |sink: &mut PollSender<u32>, task: &TestWaker| {
            task.poll(pin!(std::future::poll_fn(|cx| sink.poll_reserve(cx))))
        };
        assert_eq!(ready(&mut sink, &a), Poll::Ready(Ok(())));
        // It is reserved, once.
        assert_eq!(ready(&mut sink, &a), Poll::Ready(Ok(())));
        assert_eq!(tx.capacity(), 0);
        sink.send_item(1).unwrap();
        assert_eq!(ready(&mut sink, &a), Poll::Pending);
        assert_eq!(ready(&mut sink, &b), Poll::Pending);
        assert_eq!(rx.try_recv(), Ok(1));
        assert_eq!((a.wakes(), b.wakes()), (0, 1));
        // The room is its own already.
        assert!(tx.try_send(7).is_err());
        assert_eq!(ready(&mut sink, &b), Poll::Ready(Ok(())));
        assert!(sink.abort_send());
        assert!(!sink.abort_send());
        assert_eq!(tx.capacity(), 1);
        tx.try_send(2).unwrap();
        assert_eq!(ready(&mut sink, &b), Poll::Pending);
        assert!(sink.abort_send());
        b.none_held(
            testkit::Exercise::new("7.2", "channels/poll-recv.md")
                .rule("A place that was left keeps no waker."),
        );
        assert_eq!(rx.try_recv(), Ok(2));
        assert_eq!((tx.capacity(), b.wakes()), (1, 1));
        assert!(sink.get_ref().unwrap().same_channel(&tx));
        assert_eq!(ready(&mut sink, &b), Poll::Ready(Ok(())));
        drop(rx);
        assert_eq!(sink.send_item(3).unwrap_err().into_inner(), Some(3));
        let error = ready(&mut sink, &b);
        assert!(matches!(error, Poll::Ready(Err(error)) if error.into_inner().is_none()));
        assert!(sink.is_closed() && sink.get_ref().is_none());
        assert_eq!(sink.send_item(4).unwrap_err().into_inner(), Some(4));
        assert_eq!(sink.send_item(4).unwrap_err().to_string(), "channel closed");
    });
}

#[test]
fn a_poll_sender_that_has_no_room() {
    STREAM.holds("a poll sender that has no room", || {
        let said = STREAM.panics(
            || {
                let (tx, _rx) = channel(1);
                let _ = PollSender::new(tx).send_item(1);
            },
            "it did not panic",
        );
        STREAM.check(
            said.contains("`send_item` called without first calling `poll_reserve`"),
            format_args!("it said: {said}"),
        );
    });
}

/// It goes while it waits, and what it was handed goes to the next.
#[test]
fn a_poll_sender_is_dropped() {
    STREAM.holds("a poll sender is dropped", || {
        let (tx, mut rx) = channel::<DropToken>(1);
        let tasks = ["A", "B"].map(TestWaker::new);
        let mut sinks = [(); 2].map(|()| PollSender::new(tx.clone()));
        let (token, drops) = drop_counter("value");
        tx.try_send(token).unwrap();
        for (sink, task) in sinks.iter_mut().zip(&tasks) {
            let ready = task.poll(pin!(std::future::poll_fn(|cx| sink.poll_reserve(cx))));
            assert!(ready.is_pending());
        }
        drop(rx.try_recv());
        assert_eq!(drops.count(), 1);
        let [first, mut second] = sinks;
        assert_eq!(tasks.each_ref().map(TestWaker::wakes), [1, 0]);
        drop(first);
        assert_eq!(tasks.each_ref().map(TestWaker::wakes), [1, 1]);
        let mut cx = Context::from_waker(Waker::noop());
        assert!(second.poll_reserve(&mut cx).is_ready());
        // A clone has nothing reserved.
        assert!(second.clone().poll_reserve(&mut cx).is_pending());
        rx.close();
        let task = TestWaker::new("the receiver");
        let mut recv = Box::pin(rx.recv());
        assert!(task.poll(recv.as_mut()).is_pending());
        drop(second);
        assert_eq!(task.wakes(), 1);
        assert!(matches!(task.poll(recv.as_mut()), Poll::Ready(None)));
    });
}

#[test]
fn an_unbounded_sink_is_ready_while_somebody_receives() {
    STREAM.holds("an unbounded sink is ready while somebody receives", || {
        let (tx, rx) = unbounded_channel::<u32>();
        let mut tx = pin!(tx);
        let mut cx = Context::from_waker(Waker::noop());
        assert_eq!(tx.as_mut().poll_ready(&mut cx), Poll::Ready(Ok(())));
        tx.as_mut().start_send(1).unwrap();
        assert_eq!(tx.as_mut().poll_flush(&mut cx), Poll::Ready(Ok(())));
        assert_eq!(tx.as_mut().poll_close(&mut cx), Poll::Ready(Ok(())));
        drop(rx);
        assert!(matches!(
            tx.as_mut().poll_ready(&mut cx),
            Poll::Ready(Err(_))
        ));
        assert_eq!(tx.as_mut().start_send(2).unwrap_err().into_inner(), Some(2));
    });
}
