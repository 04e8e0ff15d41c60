//! exercise: 8.6
//! test: begin_below::with_a_source_it_does_not
//! verdict: wrong
//! message: whether it sleeps below
//! rule: Sources Are Watched: the owner sleeps below only if there is no source.
//!
//! The caller has just asked for the number of sources, and it was none. Another thread may register one
//! after that. The step that announces the sleep is the only one that can know.

<<<<<<< solution
            if word / SOURCE != 0 {
                return Ok(false);
            }
=======
>>>>>>> wrong
