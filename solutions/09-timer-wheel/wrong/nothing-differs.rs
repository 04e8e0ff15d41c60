//! exercise: 9.1
//! test: levels::due_now
//! verdict: wrong
//! message: as seen from 0, is a panic
//! rule: What is due now is in level 0, in the slot of `elapsed`.
//!
//! A deadline that is not in the future is refused, so the two always differ in some bit. They do
//! when a timer comes in. They do not when a slot is spread in the very tick in which one of its
//! timers is due, and then there is no highest bit.

<<<<<<< solution
    let differing = (elapsed ^ when) | 1;
=======
    let differing = elapsed ^ when;
>>>>>>> wrong
