//! exercise: 2.10
//! test: job_runner::what_comes_after_a_panic_is_skipped
//! verdict: hangs
//! message: the program has not come to its end
//! rule: A panic ends its job and nothing else; what comes after it is skipped.
//!
//! The executor counts the panic, so nothing seems to be left to do. But the tasks that come after the job wait
//! for a word from it, and the code that would give it is never reached.

<<<<<<< solution
        println!("{} {word}", self.name);
        self.board.tell(self.place, self.end);
=======
        println!("{} {word}", self.name);
        if self.end != End::Panicked {
            self.board.tell(self.place, self.end);
        }
>>>>>>> wrong
