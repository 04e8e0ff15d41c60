//! exercise: 3.10
//! test: crawler::a_slow_page_keeps_no_other_waiting
//! verdict: wrong
//! message: comes before
//! rule: Fetches are under way at the same time: a slow page keeps no other page waiting.
//!
//! Every fetch is a task of its own, so it looks as if they were under way at the same time. But a task that never returns
//! `Pending` runs to its end in its first poll, and the others wait.

<<<<<<< solution
    for _ in 0..turns {
        next_turn().await;
    }
=======
    for _ in 0..turns {
        poll_fn(|_| Poll::Ready(())).await;
    }
>>>>>>> wrong
