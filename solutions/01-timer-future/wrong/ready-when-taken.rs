//! exercise: 1.6
//! test: finished_once::polled_after_the_output_was_taken
//! verdict: wrong
//! message: the poll returned; it had to panic
//! rule: Polling after the output was taken is a panic.
//!
//! The future has finished, so it is ready, and it seems unkind to panic. But Ready says that there is an
//! output to take. The caller believes it and calls `take_output`, and the panic comes there, in
//! code that has done nothing wrong.

<<<<<<< solution
            Self::Done(_) => Poll::Ready(()),
            Self::Taken => panic!("`MaybeDone` polled after its output was taken"),
=======
            Self::Done(_) | Self::Taken => Poll::Ready(()),
>>>>>>> wrong
