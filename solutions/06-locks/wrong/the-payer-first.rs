//! exercise: 6.12
//! test: bank::two_that_pay_each_other
//! verdict: hangs
//! message: the program has not come to its end
//! rule: Every payment is made or refused, whichever accounts the others hold.
//!
//! Each payment takes the account that pays, and then the one that is paid. That is the order in which one says it, and
//! each payment by itself is right. Two that pay each other take the same accounts in different orders: each holds one,
//! and waits for the other's.

<<<<<<< solution
        let places: BTreeSet<usize> = places.into_iter().collect();
        let mut held = Held::new();
=======
        let mut held = Held::new();
>>>>>>> wrong
