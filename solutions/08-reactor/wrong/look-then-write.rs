//! exercise: 8.1
//! test: loom_clear::a_clear_against_a_report
//! verdict: wrong
//! message: what is known: Ready { is_readable: false
//! rule: Clear What Was Seen: a clear takes away nothing that was reported since the look.
//!
//! The tick is compared, and then the word is written. Each of the two is one step, and both together are
//! two. A report that comes between them is overwritten, tick and all. No test of one thread sees it.

<<<<<<< solution
        self.update(|word| {
            let is_unchanged = word / TICK == seen.0 / TICK;
            is_unchanged.then_some(word & !facts)
        });
=======
        let word = self.word.load(Acquire);
        if word / TICK == seen.0 / TICK {
            self.word
                .store(word & !facts, std::sync::atomic::Ordering::Release);
        }
>>>>>>> wrong
