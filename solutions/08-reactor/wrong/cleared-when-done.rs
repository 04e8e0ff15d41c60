//! exercise: 8.9
//! test: pipe::a_read_leaves_something
//! verdict: wrong
//! message: no report will speak of it
//! rule: A read that leaves something is followed by one that finds it.
//!
//! The guard says that something was reported, and after the read that has been used. So it is cleared. The
//! system reported ten bytes once; four of them were read; and it will not speak of the other six.

<<<<<<< solution
                Ok(result) => {
                    proceed.made_progress();
=======
                Ok(result) => {
                    guard.clear_ready();
                    proceed.made_progress();
>>>>>>> wrong
