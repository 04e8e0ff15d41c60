//! exercise: 8.13
//! test: copies::the_end_of_each_side
//! verdict: wrong
//! message: the server has not answered
//! rule: The end of a reader is passed on, once, and no reader is asked again after its end.
//!
//! The client is at its end, so the connection is over. But a client that has asked all may still listen: it says that it
//! writes no more, and waits for the answer. A proxy that ends now cuts it off.

<<<<<<< solution
        match is_there && is_back {
=======
        match is_there || is_back {
>>>>>>> wrong
