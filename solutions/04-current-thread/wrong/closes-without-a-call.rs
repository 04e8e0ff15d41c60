//! exercise: 4.11
//! test: chat::each_client_hears_all_others
//! verdict: hangs
//! message: the program has not come to its end
//! rule: Code that changes what a task waits for wakes the task.
//!
//! Every listener looks whether the room is closed, each time it is polled. But a task that waits is polled when it is woken, and not
//! before. The last listeners wait for a word that no client will say.

<<<<<<< solution
    if room.speakers.get() == 0 {
        room.seats.iter().for_each(Seat::call);
    }
=======
>>>>>>> wrong
