//! exercise: 8.13
//! test: copies::the_end_of_each_side
//! verdict: wrong
//! message: times the server was told of the end
//! rule: The end of a reader is passed on, once, and no reader is asked again after its end.
//!
//! All was written and flushed, so this direction is done. The server has the whole request, and does not know that it is the
//! whole: it reads on, and its answer does not come before the end. Both directions must be over for the streams to be dropped,
//! and so nothing else will tell it.

<<<<<<< solution
            self.stage = Stage::Closing;
=======
            self.stage = Stage::Closed;
>>>>>>> wrong
