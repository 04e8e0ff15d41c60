//! exercise: 1.5
//! test: resume::polled_after_completion_panics
//! verdict: wrong
//! message: resumed after panicking
//! rule: Polling an async function that has returned is a panic.
//!
//! The output is handed over, so who cares about the state? Whoever polls once too often, and is
//! told of a panic that never happened. The two messages send a reader of the log to two different
//! places.

let this = self.get_mut();
loop {
    match mem::replace(this, Self::Poisoned) {
        Self::Unresumed { header, open_body } => {
            *this = Self::AwaitingHeader { header, open_body };
        }
        Self::AwaitingHeader { mut header, open_body } => {
            let Poll::Ready(length) = Pin::new(&mut header).poll(cx) else {
                *this = Self::AwaitingHeader { header, open_body };
                return Poll::Pending;
            };
            drop(header);
            let body = open_body(length);
            *this = Self::AwaitingBody { length, body };
        }
        Self::AwaitingBody { length, mut body } => {
            let Poll::Ready(text) = Pin::new(&mut body).poll(cx) else {
                *this = Self::AwaitingBody { length, body };
                return Poll::Pending;
            };
            drop(body);
            return Poll::Ready(format!("{length} bytes: {text}"));
        }
        Self::Returned => {
            *this = Self::Returned;
            panic!("`async fn` resumed after completion");
        }
        Self::Poisoned => panic!("`async fn` resumed after panicking"),
    }
}
