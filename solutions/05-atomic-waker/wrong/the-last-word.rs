//! exercise: 5.4
//! test: wake_all::the_first_of_three_panics_goes_on
//! verdict: wrong
//! message: "the third", but expected "the first"
//! rule: The first panic goes on, when all have been woken; no other panic does.
//!
//! Each panic is kept, and takes the place of the one before. What is dropped with it is a payload,
//! which is foreign code too; and whoever looks for the cause is shown the last of its
//! consequences.

let mut last: Option<Payload> = None;
while let Some(waker) = self.pop() {
    if let Err(payload) = isolate(|| waker.wake()) {
        last = Some(payload);
    }
}
if let Some(payload) = last {
    resume_unwind(payload);
}
