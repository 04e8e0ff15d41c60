//! Receivers as streams: `recv` in the words of the `futures` crate.

use std::pin::Pin;
use std::task::{Context, Poll};

use futures::Stream;

use super::receiver::Receiver;
use super::unbounded::UnboundedReceiver;

impl<T> Stream for Receiver<T> {
    type Item = T;

    #[harness::leaf("mpsc::Receiver", &*self.rx.chan)]
    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
        self.poll_recv(cx)
    }
}

impl<T> Stream for UnboundedReceiver<T> {
    type Item = T;

    #[harness::leaf("mpsc::UnboundedReceiver", &*self.rx.chan)]
    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
        self.poll_recv(cx)
    }
}
