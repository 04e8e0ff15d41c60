//! exercise: 8.13
//! test: copies::lines_in_parts
//! verdict: wrong
//! message: the next line
//! rule: A line comes whole, and no byte behind it is taken.
//!
//! A line begins with nothing. But a poll need not be the beginning of a line: the first half may have come with the poll
//! before, whose future is gone. What has come has to be kept where the next future finds it, and nothing may forget it there.

<<<<<<< solution
        let mut rest = reader.read_until(b'\n', begun);
=======
        begun.clear();
        let mut rest = reader.read_until(b'\n', begun);
>>>>>>> wrong
