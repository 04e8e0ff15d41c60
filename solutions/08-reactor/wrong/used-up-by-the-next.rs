//! exercise: 8.15
//! test: two_sleeps::an_unpark_during_the_sleep
//! verdict: wrong
//! message: sleeps below
//! rule: An unpark ends one sleep, and no more.
//! source: smol #122
//!
//! The owner says that it is awake. The unpark that has ended this sleep is still there, and ends the next one, too. Then each wake
//! of an idle program costs two rounds. In smol it was an event that was never used up while another thread had the reactor, and
//! the program kept a core busy.

<<<<<<< solution
        state.is_notified = false;
        state.asleep = Asleep::Nowhere;
=======
        state.asleep = Asleep::Nowhere;
>>>>>>> wrong
