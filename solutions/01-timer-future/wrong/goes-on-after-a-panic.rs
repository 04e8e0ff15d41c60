//! exercise: 1.5
//! test: resume::polled_after_a_panic_panics
//! verdict: wrong
//! message: the header panicked in poll 1, and was polled again
//! rule: A future is not polled again after it panicked.
//!
//! The children are polled where they are, and the state is replaced only when it changes. That saves
//! a move, and the compiler does it that way. But when a child panics, the state still says that the
//! child is running, and the next poll goes into the half-finished child again.

<<<<<<< solution
            match mem::replace(this, Self::Poisoned) {
                Self::Unresumed { header, open_body } => {
=======
            match this {
                Self::Unresumed { .. } => {
                    let Self::Unresumed { header, open_body } = mem::replace(this, Self::Poisoned) else {
                        unreachable!();
                    };
>>>>>>> wrong

<<<<<<< solution
                Self::AwaitingHeader {
                    mut header,
                    open_body,
                } => {
                    let Poll::Ready(length) = Pin::new(&mut header).poll(cx) else {
                        *this = Self::AwaitingHeader { header, open_body };
                        return Poll::Pending;
=======
                Self::AwaitingHeader { header, .. } => {
                    let Poll::Ready(length) = Pin::new(header).poll(cx) else {
                        return Poll::Pending;
                    };
                    let Self::AwaitingHeader { header, open_body } = mem::replace(this, Self::Poisoned)
                    else {
                        unreachable!();
>>>>>>> wrong

<<<<<<< solution
                Self::AwaitingBody { length, mut body } => {
                    let Poll::Ready(text) = Pin::new(&mut body).poll(cx) else {
                        *this = Self::AwaitingBody { length, body };
=======
                Self::AwaitingBody { length, body } => {
                    let Poll::Ready(text) = Pin::new(body).poll(cx) else {
>>>>>>> wrong

<<<<<<< solution
                    drop(body);
                    *this = Self::Returned;
                    return Poll::Ready(format!("{length} bytes: {text}"));
                }
                Self::Returned => {
                    *this = Self::Returned;
                    panic!("`async fn` resumed after completion");
                }
=======
                    let text = format!("{length} bytes: {text}");
                    *this = Self::Returned;
                    return Poll::Ready(text);
                }
                Self::Returned => panic!("`async fn` resumed after completion"),
>>>>>>> wrong
