//! exercise: 2.1
//! test: loom_references::the_last_reference_frees_after_every_use_of_the_others
//! verdict: wrong
//! message: Causality violation
//! rule: What was done through a reference happens before the task is freed.
//!
//! The Release is there, and looks as if it were half of the price. It is half of a pair, and a
//! Release without an Acquire orders nothing. The thread that frees has to acquire what the
//! others released, with a fence or by counting down with AcqRel.

<<<<<<< solution
        // ORDERING: Acquire, pairs with the Release of every decrement before ours: what was done
        // through the other references happened before we free what they pointed to.
        fence(Acquire);
=======
>>>>>>> wrong
