//! exercise: 5.10
//! test: first_answer::a_panic_leaves_the_question_to_the_others
//! verdict: wrong
//! message: there is no line `q: b after 30`
//! rule: A source that panics gives no answer, and the others go on.
//!
//! An error of one receiver says that one sender is gone. It says nothing of the others. `?` and `return` make
//! the same mistake in many programs that wait for several things.

<<<<<<< solution
                Poll::Ready(Err(_)) => {}
=======
                Poll::Ready(Err(_)) => return Poll::Ready(None),
>>>>>>> wrong
