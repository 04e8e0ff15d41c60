//! exercise: 6.8
//! test: barrier::a_barrier_for_one_lets_everybody_pass
//! verdict: wrong
//! message: A is still waiting, though all have arrived
//! rule: No task passes before as many have arrived as the barrier is for.
//!
//! A program that makes a barrier for no task gets just that. The first to arrive is one, which is not
//! zero, and the second is two. The count has left the number behind before it was first compared, and
//! no task ever passes.

<<<<<<< solution
            size: size.max(1),
=======
            size,
>>>>>>> wrong
<<<<<<< solution
        debug_assert!(round.arrived < self.size, "Fewer Than All");
=======
>>>>>>> wrong
