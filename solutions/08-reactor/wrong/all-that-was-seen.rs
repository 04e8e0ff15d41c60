//! exercise: 8.2
//! test: directions::tokio_2886_the_other_direction_survives
//! verdict: wrong
//! message: what is known
//! rule: A clear is about the directions that its task is interested in.
//! source: tokio #2886
//!
//! The task saw that there was something to read, and that there was room to write. It tried to read, found
//! nothing, and forgets all that it saw. Nothing was said about room to write. A writer that comes now waits
//! for a report, and there is room all the time: so none will come.

<<<<<<< solution
            if event.concerns(direction) {
                let seen = event.seen[direction as usize];
                let facts = seen.ready() & event.interest;
                self.readiness(direction).clear(seen, facts);
            }
=======
            let seen = event.seen[direction as usize];
            self.readiness(direction).clear(seen, seen.ready());
>>>>>>> wrong
