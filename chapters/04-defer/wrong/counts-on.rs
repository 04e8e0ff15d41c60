//! exercise: 4.5
//! test: idle::a_task_that_wakes_the_root_costs_no_look
//! verdict: hangs
//! message: has not come to an end
//! rule: Once the driver has been asked, the count begins anew.
//!
//! The count begins anew after a sleep. After a look at the driver it stays at 61, so the next turn
//! of the loop polls no task at all, asks the driver, and so on: the thread is busy, and nothing is
//! done.

let is_deferred = !self.context.core().defer.is_empty();
if is_deferred || DRIVER_INTERVAL <= self.polls {
    self.park.park_timeout(Duration::ZERO);
    self.context.wake_deferred();
} else if !root.is_woken() {
    self.polls = 0;
    self.sleep(root);
}
