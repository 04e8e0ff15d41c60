//! Buckets whose width grows with the time.
//!
//! Polls take from some nanoseconds to some seconds. Buckets of one width are too coarse for the short ones, or too many for the long ones. So
//! here a time is known by its highest bits: the first that is set, and `precision` more. All times with the same bits there are in one bucket, whatever the
//! `shift` bits below are:
//!
//! ```text
//!     precision 2             1 01 100110    the time
//!                             1 01           its highest bits
//!                                  6 bits    the shift
//!     number of the bucket    (shift << precision) + highest bits
//! ```
//!
//! So a bucket is never wider than its start shifted by the precision, and the number of a bucket takes a count of zeros, two shifts and a sum. Times below a
//! minimum are all in the first bucket, and those above a maximum in the last.
//!
//! In tokio: `runtime/metrics/histogram/h2_histogram.rs`.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use super::histogram::nanos;

/// Buckets whose width grows with the time: each is no wider than a part of the times in it. Made by
/// [`builder`](LogHistogram::builder).
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// use reveille::runtime::{Builder, HistogramConfiguration, LogHistogram};
///
/// let times = LogHistogram::builder()
///     .min_value(Duration::from_micros(1))
///     .max_value(Duration::from_secs(1))
///     .max_error(0.1);
/// let runtime = Builder::new_current_thread()
///     .enable_metrics_poll_time_histogram()
///     .metrics_poll_time_histogram_configuration(HistogramConfiguration::log(times))
///     .build()?;
/// let metrics = runtime.metrics();
/// for bucket in 1..metrics.poll_time_histogram_num_buckets() - 1 {
///     let times = metrics.poll_time_histogram_bucket_range(bucket);
///     assert!((times.end - times.start).as_secs_f64() < 0.1 * times.start.as_secs_f64());
/// }
/// # Ok::<_, std::io::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogHistogram {
    /// How many bits are looked at below the highest.
    precision: u32,
    /// The number of the first bucket. It takes all times below it as well.
    first: u64,
    /// The number of the last. It takes all times above it as well.
    last: u64,
}

/// Builds a [`LogHistogram`].
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// use reveille::runtime::LogHistogramBuilder;
///
/// let coarse = LogHistogramBuilder::default()
///     .min_value(Duration::from_micros(1))
///     .max_value(Duration::from_millis(1))
///     .precision_exact(0)
///     .build();
/// assert_eq!(coarse.max_value(), 1 << 20, "each bucket is twice as wide as the one before");
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct LogHistogramBuilder {
    min_value: Option<Duration>,
    max_value: Option<Duration>,
    precision: Option<u32>,
}

/// Why a histogram was not built.
///
/// # Examples
///
/// ```
/// use reveille::runtime::{InvalidHistogramConfiguration, LogHistogram};
///
/// let error = LogHistogram::builder().max_buckets(100).unwrap_err();
/// let InvalidHistogramConfiguration::TooManyBuckets { required_bucket_count } = error;
/// assert_eq!(required_bucket_count, 119);
/// ```
#[derive(Debug)]
pub enum InvalidHistogramConfiguration {
    /// It would have more buckets than allowed.
    TooManyBuckets {
        /// How many it would have.
        required_bucket_count: usize,
    },
}

/// The default builder's.
impl Default for LogHistogram {
    fn default() -> LogHistogram {
        LogHistogram::builder().build()
    }
}

impl From<LogHistogramBuilder> for LogHistogram {
    fn from(builder: LogHistogramBuilder) -> LogHistogram {
        builder.build()
    }
}

/// No poll is shorter.
const MIN_VALUE: Duration = Duration::from_nanos(100);

/// A poll that takes longer is as bad as one that takes so long.
const MAX_VALUE: Duration = Duration::from_secs(60);

/// A bucket is as wide as a quarter of its start.
const PRECISION: u32 = 2;

/// Beyond it the buckets are so many that nobody looks at them.
const PRECISION_MAX: u32 = 10;

impl LogHistogram {
    /// A builder that knows of times from 100 nanoseconds to 60 seconds, with an error of 25 % at most.
    pub fn builder() -> LogHistogramBuilder {
        LogHistogramBuilder::default()
    }

    /// Where the last bucket begins, in nanoseconds.
    pub fn max_value(&self) -> u64 {
        start_of(self.last, self.precision)
    }

    pub(super) fn buckets(&self) -> usize {
        (self.last - self.first + 1) as usize
    }

    pub(super) fn bucket_of(&self, nanos: u64) -> usize {
        let number = number_of(nanos, self.precision);
        (number.clamp(self.first, self.last) - self.first) as usize
    }

    pub(super) fn start_of(&self, bucket: usize) -> u64 {
        match bucket {
            0 => 0,
            _ => start_of(self.first + bucket as u64, self.precision),
        }
    }
}

/// The number of the bucket for a time, of those that begin at zero.
fn number_of(nanos: u64, precision: u32) -> u64 {
    let bits = u64::BITS - nanos.leading_zeros();
    let shift = bits.saturating_sub(precision + 1);
    (u64::from(shift) << precision) + (nanos >> shift)
}

/// The first time in the bucket of this number. The other way round.
fn start_of(number: u64, precision: u32) -> u64 {
    let shift = (number >> precision).saturating_sub(1);
    let highest = u128::from(number - (shift << precision));
    u64::try_from(highest << shift).unwrap_or(u64::MAX)
}

impl LogHistogramBuilder {
    /// No bucket but the first and the last is wider than this part of its start: 0.25 at most, and 1/1024 at least.
    ///
    /// # Panics
    ///
    /// Unless it is between 0 and 1.
    #[track_caller]
    pub fn max_error(mut self, max_error: f64) -> LogHistogramBuilder {
        assert!(0.0 < max_error, "max_error must be greater than 0");
        assert!(max_error < 1.0, "max_error must be less than 1");
        let fits = |precision: &u32| 0.5_f64.powi(*precision as i32) <= max_error;
        self.precision = Some(
            (PRECISION..PRECISION_MAX)
                .find(fits)
                .unwrap_or(PRECISION_MAX),
        );
        self
    }

    /// How many bits of a time count, below the highest. With 0, each bucket is twice as wide as the one before.
    ///
    /// # Panics
    ///
    /// If it is more than 10.
    #[track_caller]
    pub fn precision_exact(mut self, precision: u32) -> LogHistogramBuilder {
        assert!(
            precision <= PRECISION_MAX,
            "precision must be <= {PRECISION_MAX}"
        );
        self.precision = Some(precision);
        self
    }

    /// The first bucket ends at this time, or before. 100 nanoseconds if it is not said.
    pub fn min_value(mut self, duration: Duration) -> LogHistogramBuilder {
        self.min_value = Some(duration);
        self
    }

    /// The last bucket begins at this time, or soon after. 60 seconds if it is not said.
    ///
    /// # Panics
    ///
    /// If it is zero.
    #[track_caller]
    pub fn max_value(mut self, duration: Duration) -> LogHistogramBuilder {
        assert!(!duration.is_zero(), "max value must be greater than 0");
        self.max_value = Some(duration);
        self
    }

    /// Builds it, unless it would have more buckets.
    ///
    /// # Errors
    ///
    /// If it would.
    pub fn max_buckets(
        &mut self,
        max_buckets: usize,
    ) -> Result<LogHistogram, InvalidHistogramConfiguration> {
        let histogram = self.build();
        match histogram.buckets() <= max_buckets {
            true => Ok(histogram),
            false => Err(InvalidHistogramConfiguration::TooManyBuckets {
                required_bucket_count: histogram.buckets(),
            }),
        }
    }

    /// Builds it. It has two buckets at least, whatever the minimum and the maximum are.
    pub fn build(&self) -> LogHistogram {
        let precision = self.precision.unwrap_or(PRECISION);
        let min = nanos(self.min_value.unwrap_or(MIN_VALUE));
        let max = nanos(self.max_value.unwrap_or(MAX_VALUE));
        // The bucket before that of the minimum ends at the minimum, or before.
        let first = number_of(min, precision).saturating_sub(1);
        let of_max = number_of(max, precision);
        let last = match start_of(of_max, precision) < max {
            true => (of_max + 1).min(number_of(u64::MAX, precision)),
            false => of_max,
        };
        LogHistogram {
            precision,
            first,
            last: last.max(first + 1),
        }
    }
}

impl fmt::Display for InvalidHistogramConfiguration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            InvalidHistogramConfiguration::TooManyBuckets {
                required_bucket_count,
            } => write!(
                f,
                "the histogram would need {required_bucket_count} buckets"
            ),
        }
    }
}

impl Error for InvalidHistogramConfiguration {}
