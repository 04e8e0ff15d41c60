//! exercise: 3.10
//! test: crawler::a_broken_page_ends_its_own_fetch_only
//! verdict: wrong
//! message: 0 lines say what became of /blog, but expected one
//! rule: A fetch that panics is told of with the text of its panic, and ends no other.
//!
//! A panic should be loud, so the task that waits for the fetch passes it on. But that task is itself one of the
//! scheduler's: its panic is caught and kept for a handle, and the handle was dropped. So the panic is not loud but lost.

<<<<<<< solution
            let text = error.into_panic().downcast::<String>();
            found.tell(&path, "error", &format!(": {}", text.unwrap_or_default()));
=======
            drop(found);
            std::panic::resume_unwind(error.into_panic());
>>>>>>> wrong
