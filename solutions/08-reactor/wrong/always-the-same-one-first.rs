//! exercise: 8.13
//! test: copies::a_flood_and_a_few_bytes
//! verdict: wrong
//! message: what came of the answer
//! rule: Two directions take turns: one that never waits does not keep the other from moving.
//!
//! Both directions are polled in each poll, so each has its chance. But the first one never waits, and goes on until the budget is
//! used up. What is left for the second one is nothing, in this poll and in each that comes. An upload that is fast enough
//! keeps the answer away until it is over.

<<<<<<< solution
        polls += 1;
        for turn in [polls, polls + 1] {
=======
        for turn in [polls + 1, polls] {
>>>>>>> wrong
