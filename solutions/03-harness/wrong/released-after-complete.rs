//! exercise: 3.6
//! test: complete::it_leaves_its_list_before_it_is_complete
//! verdict: wrong
//! message: the list was asked for its reference when the task was complete already
//! rule: What is done with the task comes before COMPLETE: then its references are gone, and its cell may be.
//!
//! It looks tidier: the task is complete, and then it leaves its list. But in the first case the
//! transition has given our reference up. The handle may take the output and go in that moment, a
//! shutdown may take the list's reference, and then `release` reads a cell that was freed. No run on
//! one thread shows that; a list that looks at the task shows the order.

<<<<<<< solution
        // The list's reference is given up together with ours.
        let refs = 1 + self.release();
        let is_last = match self.state().transition_to_complete(refs) {
            ToComplete::Done => false,
=======
        let is_last = match self.state().transition_to_complete(1) {
            ToComplete::Done => self.release() == 1 && self.state().ref_dec(1),
>>>>>>> wrong
<<<<<<< solution
                self.state().ref_dec(refs)
=======
                self.state().ref_dec(1 + self.release())
>>>>>>> wrong
<<<<<<< solution
                self.state().transition_to_complete_detached(refs)
=======
                self.state().transition_to_complete_detached(1 + self.release())
>>>>>>> wrong
