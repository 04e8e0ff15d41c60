//! exercise: 7.6
//! test: broadcast::one_is_overtaken
//! verdict: wrong
//! message: len, after that
//! rule: A receiver that was overtaken is told how many messages it has missed, and then gets the oldest that is left.
//!
//! A receiver that has fallen behind so far wants to catch up, so it goes on with the newest. But it was
//! told a number, and the messages in between are neither in that number nor received. They are missing
//! without a trace. And their places wait for a receiver that never comes.

<<<<<<< solution
            let missed = oldest - *next;
            *next = oldest;
=======
            let missed = oldest - *next;
            *next = ring.tail;
>>>>>>> wrong
