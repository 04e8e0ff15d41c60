//! exercise: 8.13
//! test: copies::parts_of_all_sizes
//! verdict: wrong
//! message: what was written
//! rule: What is read is written, once and in order, and counted.
//!
//! A write of five bytes was done, so five bytes are gone. A writer takes as many as it has room for, and says how many.
//! With a file this works for years, and with a slow connection the first full buffer loses what did not fit.

<<<<<<< solution
        taken(length)?;
        self.ring.take(length);
=======
        taken(length)?;
        let length = next.len();
        self.ring.take(length);
>>>>>>> wrong
