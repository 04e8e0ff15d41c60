//! exercise: 1.5
//! test: resume::two_awaits_that_are_ready_take_one_poll
//! verdict: wrong
//! message: header and body were ready, and yet the first poll was pending
//! rule: A poll runs on until an await is pending or the function returns.
//!
//! One state per poll: do its work, set the next state, return Pending. But Pending is a promise
//! that somebody keeps the waker. The header is finished and the body has not been polled yet, so
//! nobody has it, and the message is never polled again.

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
            return Poll::Pending;
        }
        Self::AwaitingBody { length, mut body } => {
            let Poll::Ready(text) = Pin::new(&mut body).poll(cx) else {
                *this = Self::AwaitingBody { length, body };
                return Poll::Pending;
            };
            drop(body);
            *this = Self::Returned;
            return Poll::Ready(format!("{length} bytes: {text}"));
        }
        Self::Returned => {
            *this = Self::Returned;
            panic!("`async fn` resumed after completion");
        }
        Self::Poisoned => panic!("`async fn` resumed after panicking"),
    }
}
