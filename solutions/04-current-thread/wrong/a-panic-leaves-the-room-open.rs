//! exercise: 4.11
//! test: chat::a_panic_ends_its_client_only
//! verdict: hangs
//! message: the program has not come to its end
//! rule: A client whose task panics is gone, and all others go on.
//!
//! The client that is gone says nothing more, so its task returns at once. But it is still counted among those that may speak, and the room
//! never closes. What has to be done at the end of a task has to be done at each of its ends.

<<<<<<< solution
        room.seats[place].inbox.take();
    }
=======
        room.seats[place].inbox.take();
        return None;
    }
>>>>>>> wrong
