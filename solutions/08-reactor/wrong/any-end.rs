//! exercise: 8.9
//! test: pipe::only_pipes_are_taken
//! verdict: wrong
//! message: the end to read as a sender
//! rule: Only the right end of a pipe is taken.
//!
//! Both ends of a pipe are pipes. A sender made of the wrong end waits for room that will never be reported,
//! and the program stands still far away from the line that has the mistake.

<<<<<<< solution
        let allowed = flags::of(&file)? & libc::O_ACCMODE;
        if allowed != access && allowed != libc::O_RDWR {
=======
        let allowed = access;
        if allowed != access {
>>>>>>> wrong
