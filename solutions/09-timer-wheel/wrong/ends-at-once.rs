//! exercise: 9.12
//! test: chat_timeouts::all_leave_at_the_end
//! verdict: wrong
//! message: but expected `* the end`
//! rule: At the end clients hear what was said and that it is the end, and have until the limit to leave.
//!
//! The last line is said, and `main` returns. To say it was to put it into the room. The tasks that write have had no turn
//! since then, and the runtime drops them.

<<<<<<< solution
    let _ = timeout(limit, places.acquire_many(PLACES)).await;
=======
    let _ = (limit, places);
>>>>>>> wrong
