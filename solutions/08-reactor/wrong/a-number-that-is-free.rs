//! exercise: 8.15
//! test: freed::mio_935_a_newcomer_in_the_place_of_one_that_is_gone
//! verdict: wrong
//! message: wakes of the newcomer
//! rule: An event in hand of a source that is gone wakes no task, and is no other source's.
//! source: mio #935
//!
//! Numbers are kept small: a source gets the first one that is free. A number is free when its source is
//! deregistered. But an event with this number may be in a thread's hand. When that thread looks the number up, it finds
//! the newcomer.

<<<<<<< solution
            self.last_token = self.last_token.wrapping_add(1);
            if self.last_token != 0 && !self.sources.contains_key(&self.last_token) {
                return self.last_token;
            }
=======
            let free = (1..).find(|token| !self.sources.contains_key(token));
            if let Some(token) = free {
                return token;
            }
>>>>>>> wrong
