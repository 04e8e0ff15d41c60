//! exercise: 8.8
//! test: release::it_is_kept_until_the_next_turn
//! verdict: wrong
//! message: kept
//! rule: Freed Between Events: a source that was deregistered is kept until the next turn.
//! source: mio #935
//!
//! The system does not watch the source any more, so no event of it will come, and it can go. But one may have
//! come already. The driver took it out of the queue a moment ago, with the address in it, and has not got to
//! it yet. If the memory belongs to another source by then, that one gets the event.

<<<<<<< solution
        lists.released.push(reference);
        let count = lists.released.len();
=======
        drop(reference);
        let count = lists.released.len();
>>>>>>> wrong
