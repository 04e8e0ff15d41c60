//! exercise: 1.5
//! test: resume::polled_after_completion_panics
//! verdict: wrong
//! message: a poll after the output was handed over returned
//! rule: Polling an async function that has returned is a panic.
//!
//! A panic seems harsh for one poll too many; Pending is a polite answer. It is also a promise to
//! wake, and there is nothing left that could. The mistake of the caller becomes a silence that
//! lasts for ever.

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
            *this = Self::Returned;
            return Poll::Ready(format!("{length} bytes: {text}"));
        }
        Self::Returned => {
            *this = Self::Returned;
            return Poll::Pending;
        }
        Self::Poisoned => panic!("`async fn` resumed after panicking"),
    }
}
