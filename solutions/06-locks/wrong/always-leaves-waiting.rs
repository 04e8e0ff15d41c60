//! exercise: 6.4
//! test: pass_on::one_leaves_while_others_are_told
//! verdict: crashes
//! message: A future that is dropped is out of the list, and its waker is dropped.
//! rule: A future that is dropped is out of the list, and its waker is dropped.
//!
//! It joined `waiting`, so it leaves `waiting`. But a `notify_waiters` may have come for it and be
//! busy with the first 32; then it is in `leaving`, and stays there when its memory is freed.

<<<<<<< solution
                // SAFETY: the waiter is in this list.
                own = unsafe { self.list(notify, &mut lists).remove(&self.waiter) };
=======
                // SAFETY: the waiter is in this list.
                own = unsafe { lists.waiting.remove(&self.waiter) };
>>>>>>> wrong

<<<<<<< solution
            _by_all => {}
=======
            _ => {}
>>>>>>> wrong
