//! exercise: 3.6
//! test: complete::a_waker_that_panics_harms_nobody
//! verdict: wrong
//! message: A panic in a foreign waker ends where the waker was called.
//! rule: A panic in a foreign waker ends where the waker was called.
//! source: tokio #3689: a panic in foreign waker code left a primitive in a state it never left
//!
//! A waker is only called, so nothing seems to go wrong. But a waker is foreign code: it may
//! belong, for example, to another runtime, or to a test. Its panic unwinds through us and through
//! the scheduler, which has done nothing, and on the way the references are not given up.

<<<<<<< solution
                wake_join(waker.expect("Join Waker Changes Hands: the bit is set"));
=======
                waker.expect("Join Waker Changes Hands: the bit is set").wake();
>>>>>>> wrong
