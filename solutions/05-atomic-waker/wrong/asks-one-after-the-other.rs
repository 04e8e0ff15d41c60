//! exercise: 5.10
//! test: first_answer::the_first_in_the_line_never_answers
//! verdict: hangs
//! message: the program has not come to its end
//! rule: A question is answered by the source that is first, wherever it stands in the line.
//!
//! All sources work at the same time, so it looks as if it did not matter in which order their answers are awaited.
//! But an `.await` waits for one receiver, and leaves its waker there and nowhere else. The answer of the second
//! source is there and wakes no task.

<<<<<<< solution
    poll_fn(|cx| {
        let mut can_answer = false;
    ⋮
    .await
=======
    for (place, receiver) in receivers.iter_mut().enumerate() {
        if let Ok(answer) = receiver.await {
            return Some((place, answer));
        }
    }
    let _ = (&mut clock).await;
    None
>>>>>>> wrong
