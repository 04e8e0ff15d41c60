//! exercise: 5.2
//! test: loom_take_waker::the_news_of_both_is_seen
//! verdict: wrong
//! message: the news of both are there
//! rule: A registration after two wakes sees what was done before each of them.
//!
//! While WAKING is set no other thread changes the word, so a store does what `fetch_and` does, and is
//! cheaper. But the other wakes that came meanwhile have published what they did by their
//! `fetch_or`. A read-modify-write hands that on to the next reader of the word. A store begins
//! anew, and hands on only its own news.

<<<<<<< solution
                // ORDERING: Release, for the next `register`. And it is a read-modify-write, although
                // no other thread can have changed the word: a store would cut off the wakes that
                // came meanwhile, and published their news by their `fetch_or`.
                self.state.fetch_and(!WAKING, Release);
=======
                self.state.store(WAITING, Release);
>>>>>>> wrong
