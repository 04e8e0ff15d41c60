//! exercise: 3.10
//! test: crawler::a_page_that_never_comes_is_aborted
//! verdict: wrong
//! message: `close /slow` is printed 0 times
//! rule: When nothing else is left to do, a fetch that never ends is aborted.
//!
//! A future that is dropped does not go on, and a thread that is detached does. A `JoinHandle` is like the thread's: to drop
//! it, or to drop what could abort its task, leaves the task as it is, with its connection open.

<<<<<<< solution
    crawl.found().abort_all();
    crawl.scheduler.run();
=======
    crawl.found().fetches.clear();
    crawl.scheduler.run();
>>>>>>> wrong
