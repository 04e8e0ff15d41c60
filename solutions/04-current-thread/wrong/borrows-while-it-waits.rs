//! exercise: 4.11
//! test: chat::each_client_hears_all_others
//! verdict: wrong
//! message: RefCell already borrowed
//! rule: A borrow of what tasks share ends before the task waits.
//!
//! On one thread no lock is needed, and a `RefCell` never waits. But a borrow that is held over an `.await` is held while other
//! tasks run. The next task that wants to put a word into the inbox panics. With a `Mutex` the thread would have waited for itself.

<<<<<<< solution
        poll_fn(|cx| {
            let word = (self.inbox.borrow_mut().as_mut()).and_then(VecDeque::pop_front);
=======
        let mut inbox = self.inbox.borrow_mut();
        poll_fn(|cx| {
            let word = inbox.as_mut().and_then(VecDeque::pop_front);
>>>>>>> wrong
