//! How often the scheduler looks beyond its run queue.
//!
//! A look costs time, and waiting for it costs time, too: that of the tasks which are not in the queue
//! yet. How much of either a program can bear depends on how long its polls take. So a program may set it.
//!
//! In tokio: `global_queue_interval`, `event_interval` in `runtime/builder.rs`.

/// How often the scheduler looks beyond its run queue. Neither number may be 0.
///
/// # Examples
///
/// ```
/// use current_thread::{Config, Runtime, ThreadPark};
///
/// // A program whose tasks come from other threads, most of them: look there more often.
/// let config = Config { inject_interval: 7, ..Config::default() };
/// assert_ne!(config, Config::default());
/// let runtime = Runtime::with_config(ThreadPark::new(), config);
/// let answer = runtime.block_on(async { current_thread::spawn(async { 42 }).await });
/// assert_eq!(answer.unwrap(), 42);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Config {
    /// The inject queue is looked at every so many polls, even while the run queue is not empty. A
    /// look into an empty one costs a load, so it could come every time. But then a thread that
    /// pushes without end would always go first. 31 is a prime, so that no pattern of tasks falls
    /// into step with it.
    pub inject_interval: u32,
    /// The driver is asked every so many polls, even while there are tasks to run. With drivers
    /// that is a system call, and takes about as long as a few polls of a small task. One in 61 is
    /// some percent of the time of a busy thread, and a task that waits for a socket, for example,
    /// waits for 61 polls at most. A prime, as for the inject queue.
    pub driver_interval: u32,
}

impl Default for Config {
    fn default() -> Config {
        Config {
            inject_interval: 31,
            driver_interval: 61,
        }
    }
}

impl Config {
    /// Every scheduler that takes a config asks this first.
    ///
    /// # Panics
    ///
    /// If a number is 0: no task would ever be polled.
    #[track_caller]
    pub fn check(&self) {
        assert!(self.inject_interval != 0, "an interval of 0 polls");
        assert!(self.driver_interval != 0, "an interval of 0 polls");
    }
}
