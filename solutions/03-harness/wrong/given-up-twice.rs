//! exercise: 3.4
//! test: wake_by_val::a_second_wake_gives_its_reference_up
//! verdict: wrong
//! message: A handle gives up its own reference, and no other.
//! rule: A handle gives up its own reference, and no other.
//! source: futures-rs #2863: unwinding released one reference twice
//!
//! There is nothing to do, so the reference is dropped. But the transition has given it up already,
//! in the same step in which it looked. The second time takes a reference that belongs to another
//! handle, and the cell is freed while that handle uses it.

<<<<<<< solution
            // The transition has given the reference up.
            ToNotifiedByVal::DoNothing => mem::forget(self),
=======
            ToNotifiedByVal::DoNothing => drop(self),
>>>>>>> wrong
