//! exercise: 1.2
//! test: fire::the_task_is_woken_when_the_time_is_over
//! verdict: hangs
//! message: thread 'timer' is stuck
//! rule: Code that keeps a waker calls it as soon as its task can go on.
//!
//! Each line locks for itself, so it looks as if nothing were locked for long. But the guard in the
//! head of a `match` lives to the end of the `match`. The first arm locks a mutex that its own thread
//! has locked already, so the thread never gets to the wake.

<<<<<<< solution
    let mut state = shared.lock().unwrap();
    state.completed = true;
    let waker = state.waker.take();
    drop(state);

    if let Some(waker) = waker {
        waker.wake();
=======
    match shared.lock().unwrap().waker.take() {
        Some(waker) => {
            shared.lock().unwrap().completed = true;
            waker.wake();
        }
        None => shared.lock().unwrap().completed = true,
>>>>>>> wrong
