//! exercise: 8.15
//! test: freed::mio_935_a_newcomer_in_the_place_of_one_that_is_gone
//! verdict: hangs
//! message: deadlock
//! rule: A waker is called with no lock held.
//!
//! The lock is taken in the condition, to look the number up, and there is no guard with a name. So when is it released? What is
//! made in the condition of an `if let` lives to the end of its block. The report in there wakes a batch that is full, with the
//! lock held, and a task that is woken closes a socket.

<<<<<<< solution
                let io = self.shared.lock().sources.get(&token).cloned();
                if let Some(io) = io {
=======
                if let Some(io) = self.shared.lock().sources.get(&token) {
>>>>>>> wrong
