//! exercise: 1.5
//! test: resume::the_header_is_dropped_before_the_body_is_opened
//! verdict: wrong
//! message: the header was still there when the body was opened
//! rule: A future that was awaited is dropped as soon as it is ready.
//!
//! The header goes out of scope at the end of the arm anyway. By then `open_body` has run, with the
//! header still alive. If the header holds the lock that the body needs, the program that works
//! with `async fn` hangs with this.

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
            *this = Self::AwaitingBody {
                length,
                body: open_body(length),
            };
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
