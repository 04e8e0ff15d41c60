//! exercise: 1.5
//! test: resume::a_poll_resumes_where_the_last_one_stopped
//! verdict: wrong
//! message: ReadMessage was pending in poll 1, nothing had panicked, and yet poll 2 did
//! rule: A poll resumes at the await where the last one stopped.
//!
//! `mem::replace` took the state out, and the way out through Pending does not put it back. The
//! header and `open_body` are dropped, and the next poll finds the mark of a panic that never was.

let this = self.get_mut();
loop {
    match mem::replace(this, Self::Poisoned) {
        Self::Unresumed { header, open_body } => {
            *this = Self::AwaitingHeader { header, open_body };
        }
        Self::AwaitingHeader { mut header, open_body } => {
            let Poll::Ready(length) = Pin::new(&mut header).poll(cx) else {
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
            panic!("`async fn` resumed after completion");
        }
        Self::Poisoned => panic!("`async fn` resumed after panicking"),
    }
}
