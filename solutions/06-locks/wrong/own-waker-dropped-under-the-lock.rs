//! exercise: 6.4
//! test: pass_on::wakers_are_dropped_and_woken_with_no_lock_held
//! verdict: hangs
//! message: is stuck inside the drop
//! rule: A waker is foreign code: it is cloned, woken and dropped with no lock held.
//! source: tokio #8529, #8552, #8554, #8558, #8618
//!
//! `remove` says that what it returns must be dropped, and here it is dropped. But the statement that
//! drops it ends before the guard does. A waker may be the last owner of its task, so its drop may drop
//! another future of the same `Notify`, which wants to leave the list as well.

<<<<<<< solution
        let mut own = None;
=======
>>>>>>> wrong

<<<<<<< solution
                // SAFETY: the waiter is in this list.
                own = unsafe { self.list(notify, &mut lists).remove(&self.waiter) };
=======
                // SAFETY: the waiter is in this list.
                drop(unsafe { self.list(notify, &mut lists).remove(&self.waiter) });
>>>>>>> wrong

<<<<<<< solution
            _by_all => {}
=======
            _ => {}
>>>>>>> wrong

<<<<<<< solution
        drop(own);
=======
>>>>>>> wrong
