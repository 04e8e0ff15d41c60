//! exercise: 4.11
//! test: chat::clients_take_turns
//! verdict: wrong
//! message: the words are ["ann: a1", "ann: a2", "ann: a3", "bob: b1", "cat: c1", "cat: c2"]
//! rule: Clients take turns: between two words of a client, each other that has one left says one.
//!
//! Nothing waits here, so why give way? A scheduler for one thread cannot take the thread away from a task. A client that has a lot to
//! say is the only one that speaks, and nothing is heard until it is done.

<<<<<<< solution
        yield_now().await;
=======
>>>>>>> wrong
