//! exercise: 4.5
//! test: rest::a_driver_that_spawns
//! verdict: wrong
//! message: the core is borrowed when its owner stops running tasks
//! rule: What the code promises holds: no check fails, and nothing panics.
//!
//! The core is borrowed for a look at what is deferred, and the name for it lives to the end of the
//! function. In between the driver is asked. It wakes the tasks that waited for it, on this thread,
//! so each of these wakes wants the core. With a driver that only sleeps, nothing is ever noticed.

<<<<<<< solution
        let is_deferred = !self.context.core().defer.is_empty();
        if is_deferred || self.interval <= self.polls {
=======
        let core = self.context.core();
        if !core.defer.is_empty() || self.interval <= self.polls {
>>>>>>> wrong

<<<<<<< solution
            self.context.wake_deferred();
=======
            drop(core);
            self.context.wake_deferred();
>>>>>>> wrong
