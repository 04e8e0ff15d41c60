//! exercise: 6.1
//! test: hand_to_all::three_wait
//! verdict: wrong
//! message: the order of the wakes
//! rule: Who came first is woken first.
//!
//! All of them are woken, so what does the order matter? It is the order in which they will run, and in
//! which they come back for more. A list that is emptied from its end serves those who have waited
//! longest last, again and again.

let mut batch = Batch::new();
loop {
    while batch.can_push() {
        let waiters = list(&mut guard);
        let Some(first) = waiters.first() else {
            drop(guard);
            return batch.finish();
        };
        let state = state(first.state());
        let Some(waker) = waiters.hand_to_last(state) else {
            unreachable!("there was a first one");
        };
        batch.push(waker);
    }
    drop(guard);
    batch.wake();
    guard = relock(lock);
}
