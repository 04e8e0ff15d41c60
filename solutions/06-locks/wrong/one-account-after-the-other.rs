//! exercise: 6.12
//! test: bank::an_audit_sees_the_same_total
//! verdict: wrong
//! message: there is no line `noon total 300`
//! rule: An audit sees each account while no payment is under way: the total never changes.
//!
//! The audit looks at each account under its lock, so each number is one that this account really had. But they are
//! numbers of different moments. While the audit waits for the second account, a payment moves money between the first
//! and the third. It is counted twice, or not at all.

<<<<<<< solution
        let held = self.hold(0..self.accounts.len()).await;
        let total: u64 = held.values().map(|amount| **amount).sum();
=======
        let mut total = 0;
        for account in &self.accounts {
            total += *account.amount.lock().await;
        }
>>>>>>> wrong
