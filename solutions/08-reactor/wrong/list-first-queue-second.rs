//! exercise: 8.7
//! test: no_queue::the_queue_cannot_be_made
//! verdict: wrong
//! message: listed
//! rule: A source that is refused since there is no event queue leaves nothing behind.
//!
//! The source is listed, then the system is asked, and a refusal is undone. But the event queue itself may be
//! missing. It is made for the first source, which takes descriptors, and a process may have none left. Then the
//! question mark returns between the two steps, and the list keeps a source that no system ever saw.

<<<<<<< solution
        let poller = self.shared.poller()?;
        let io = Arc::new(ScheduledIo::new(begin));
        self.shared.sources.insert(&io)?;
=======
        let io = Arc::new(ScheduledIo::new(begin));
        self.shared.sources.insert(&io)?;
        let poller = self.shared.poller()?;
>>>>>>> wrong
