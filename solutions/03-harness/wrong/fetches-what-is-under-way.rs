//! exercise: 3.10
//! test: crawler::links_that_lead_in_a_circle_are_followed_once
//! verdict: wrong
//! message: `/c` is fetched 2 times
//! rule: A page is fetched once, however many links lead to it.
//!
//! A page that has been told of is not fetched again. But between the start of a fetch and its end other tasks
//! run, and another page may link to the same place. What is under way counts, too.

<<<<<<< solution
        if self.found().fetches.contains_key(path) {
=======
        if matches!(self.found().fetches.get(path), Some(None)) {
>>>>>>> wrong
