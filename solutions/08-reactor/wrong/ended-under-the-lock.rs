//! exercise: 8.15
//! test: turns::a_waker_comes_back_during_the_shutdown
//! verdict: hangs
//! message: deadlock
//! rule: A waker is called with no lock held.
//!
//! A source must not come in between, so the shutdown ends all waits under the lock. The wakers go to the batch, which is woken later.
//! But a batch has room for 32. With more tasks it is woken here, and a task that is woken asks the driver.

<<<<<<< solution
        let sources = std::mem::take(&mut state.sources);
        state.tokens.clear();
        let turn = std::mem::replace(&mut state.turn, Turn::Closed);
        drop(state);
        drop(turn);
        let mut batch = Batch::new();
        for io in sources.values() {
            io.shut_down(&mut batch);
        }
=======
        let sources = std::mem::take(&mut state.sources);
        state.tokens.clear();
        let turn = std::mem::replace(&mut state.turn, Turn::Closed);
        let mut batch = Batch::new();
        for io in sources.values() {
            io.shut_down(&mut batch);
        }
        drop(state);
        drop(turn);
>>>>>>> wrong
