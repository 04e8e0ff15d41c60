//! exercise: 6.11
//! test: pass_on::it_is_passed_on_as_it_came
//! verdict: wrong
//! message: wakes of A, B and C
//! rule: A notification is passed on in the way in which it came.
//!
//! The one who was told is dropped, and the notification goes to the first of those who are left, as in a
//! queue. But `notify_last` was called, and it means the newest task: for example the one whose data is
//! still in the cache. Passed on to the first, it has become a `notify_one`.

<<<<<<< solution
            next = waits.tell(which);
=======
            next = waits.tell(Which::First);
            let _ = which;
>>>>>>> wrong
