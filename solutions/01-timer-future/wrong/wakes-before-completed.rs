//! exercise: 1.2
//! test: fire::the_time_is_over_before_the_wake
//! verdict: wrong
//! message: was told Pending
//! rule: The wake comes after the news: a task that is woken finds it ready.
//!
//! Wake, then set the flag: on most runs the woken thread takes so long to start that the flag is
//! set before it looks. When the thread is faster, it is told Pending and goes back to sleep. The waker
//! was used up, so there is no second wake.

<<<<<<< solution
    let mut state = shared.lock().unwrap();
    state.completed = true;
    let waker = state.waker.take();
    drop(state);
=======
    let waker = shared.lock().unwrap().waker.take();
>>>>>>> wrong

<<<<<<< solution
    }
=======
    }
    shared.lock().unwrap().completed = true;
>>>>>>> wrong
