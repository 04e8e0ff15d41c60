//! exercise: 8.12
//! test: chat_server::many_lines_at_once
//! verdict: wrong
//! message: hears `*
//! rule: A client that reads loses no line.
//!
//! A loop that awaits at each line looks as if it gave way at each line. But lines that are in the buffer already are there
//! at once, and so the loop goes through thousands of them in one turn. No task that listens has a turn meanwhile, and the
//! lines that the broadcast keeps are not enough.

<<<<<<< solution
        // Many lines may have come at once. Those that listen take this one first.
        yield_now().await;
=======
>>>>>>> wrong
