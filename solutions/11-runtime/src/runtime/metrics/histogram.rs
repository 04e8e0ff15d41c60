//! How many polls took how long.
//!
//! Each worker has its own buckets and writes to no others, so a poll that is put into one costs a load and a store.
//!
//! In tokio: `runtime/metrics/histogram.rs`.

use std::ops::Range;
use std::time::Duration;

use current_thread::metrics::Counter;

use super::log_histogram::LogHistogram;

/// Into which buckets times are put.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// use reveille::runtime::{Builder, HistogramConfiguration};
///
/// let runtime = Builder::new_current_thread()
///     .enable_metrics_poll_time_histogram()
///     .metrics_poll_time_histogram_configuration(HistogramConfiguration::linear(Duration::from_millis(10), 3))
///     .build()?;
/// let metrics = runtime.metrics();
/// let of_last = metrics.poll_time_histogram_bucket_range(2);
/// assert_eq!(of_last.start, Duration::from_millis(20));
///
/// let slow = runtime.spawn(async { std::thread::sleep(Duration::from_millis(20)) });
/// runtime.block_on(slow)?;
/// assert_eq!(metrics.poll_time_histogram_bucket_count(0, 2), 1);
/// # Ok::<_, std::io::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct HistogramConfiguration {
    shape: Shape,
}

#[derive(Clone, Debug)]
enum Shape {
    /// All buckets but the last have the same width, in nanoseconds.
    Linear {
        width: u64,
        buckets: usize,
    },
    Log(LogHistogram),
}

/// What is kept if a program does not say.
impl Default for HistogramConfiguration {
    fn default() -> HistogramConfiguration {
        HistogramConfiguration::linear(Duration::from_micros(100), 10)
    }
}

impl HistogramConfiguration {
    /// Buckets of the same width. The last one takes all that is longer.
    ///
    /// # Panics
    ///
    /// If the width is zero, or there is no bucket.
    #[track_caller]
    pub fn linear(bucket_width: Duration, num_buckets: usize) -> HistogramConfiguration {
        assert!(!bucket_width.is_zero(), "a bucket needs a width");
        assert!(0 < num_buckets, "a histogram needs a bucket");
        HistogramConfiguration {
            shape: Shape::Linear {
                width: nanos(bucket_width),
                buckets: num_buckets,
            },
        }
    }

    /// Buckets that are the wider the longer the times are: see [`LogHistogram`].
    pub fn log(configuration: impl Into<LogHistogram>) -> HistogramConfiguration {
        HistogramConfiguration {
            shape: Shape::Log(configuration.into()),
        }
    }

    pub(super) fn buckets(&self) -> usize {
        match &self.shape {
            Shape::Linear { buckets, .. } => *buckets,
            Shape::Log(log) => log.buckets(),
        }
    }

    fn bucket_of(&self, nanos: u64) -> usize {
        match &self.shape {
            Shape::Linear { width, buckets } => {
                usize::try_from(nanos / width).map_or(buckets - 1, |it| it.min(buckets - 1))
            }
            Shape::Log(log) => log.bucket_of(nanos),
        }
    }

    #[track_caller]
    pub(super) fn range(&self, bucket: usize) -> Range<Duration> {
        assert!(bucket < self.buckets(), "there is no bucket {bucket}");
        let start = |bucket| match &self.shape {
            Shape::Linear { width, .. } => width.saturating_mul(bucket as u64),
            Shape::Log(log) => log.start_of(bucket),
        };
        let end = match bucket + 1 == self.buckets() {
            true => u64::MAX,
            false => start(bucket + 1),
        };
        Duration::from_nanos(start(bucket))..Duration::from_nanos(end)
    }
}

/// The poll times of all workers.
#[derive(Debug)]
pub struct PollTimes {
    configuration: HistogramConfiguration,
    /// For each worker, its buckets in rows.
    workers: Box<[Box<[Row]>]>,
}

/// Buckets that share cache lines with no other worker's.
#[derive(Debug, Default)]
#[repr(align(128))]
struct Row([Counter; ROW]);

const ROW: usize = 16;

impl PollTimes {
    /// Of so many workers.
    pub fn new(configuration: HistogramConfiguration, workers: usize) -> PollTimes {
        let rows = configuration.buckets().div_ceil(ROW);
        let worker = |_| (0..rows).map(|_| Row::default()).collect();
        PollTimes {
            configuration,
            workers: (0..workers).map(worker).collect(),
        }
    }

    /// A poll took so long. Called by the worker, and so by one thread at a time.
    pub fn add(&self, worker: usize, took: Duration) {
        let bucket = self.configuration.bucket_of(nanos(took));
        self.bucket(worker, bucket).add(1);
    }

    /// How many polls of a worker are in a bucket.
    ///
    /// # Panics
    ///
    /// If there is no such worker, or no such bucket.
    #[track_caller]
    pub fn count(&self, worker: usize, bucket: usize) -> u64 {
        let buckets = self.configuration.buckets();
        assert!(worker < self.workers.len(), "there is no worker {worker}");
        assert!(bucket < buckets, "there is no bucket {bucket}");
        self.bucket(worker, bucket).get()
    }

    pub(super) fn configuration(&self) -> &HistogramConfiguration {
        &self.configuration
    }

    fn bucket(&self, worker: usize, bucket: usize) -> &Counter {
        &self.workers[worker][bucket / ROW].0[bucket % ROW]
    }
}

/// The nanoseconds of a time; of one that has too many, as many as there can be.
pub(super) fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}
