//! exercise: 6.12
//! test: bank::a_payment_that_waits_keeps_no_clerk
//! verdict: wrong
//! message: `long done` comes before `free done`
//! rule: A payment that waits for an account keeps no clerk.
//!
//! The bank has two clerks, so it lets two payments in and sees what they need then. Nothing is stuck, and nothing is
//! under way that must not be. But one of the two clerks waits with a payment for an account, while a payment that
//! could be made waits for a clerk. What is scarce is taken last.

<<<<<<< solution
        let mut held = self.hold([from, to]).await;
        // After the accounts: a clerk has something to do at once.
        let _clerk = self.clerks.acquire().await.expect("the bank never closes");
=======
        let _clerk = self.clerks.acquire().await.expect("the bank never closes");
        let mut held = self.hold([from, to]).await;
>>>>>>> wrong
