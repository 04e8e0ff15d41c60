//! exercise: 2.8
//! test: executor::a_panic_ends_its_task_only
//! verdict: wrong
//! message: the panic has ended the executor
//! rule: A panic in a task ends that task and nothing else.
//!
//! A panic is a bug, so it should be loud, and the executor passes it on. In a program with one
//! task one may choose that. With a thousand connections, one bad request ends them all: the executor
//! is dropped, and with it every task that was queued.

<<<<<<< solution
                Ran::Panicked => report.panicked += 1,
=======
                Ran::Panicked => panic!("a task panicked"),
>>>>>>> wrong
