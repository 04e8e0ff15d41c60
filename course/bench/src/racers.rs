//! The runtimes that race, behind one trait.
//!
//! Everything is static: a workload is compiled once for each runtime, as a program that uses only
//! this runtime would be.

#[cfg(feature = "peers")]
mod mt;
mod ours;
#[cfg(feature = "peers")]
mod ours_drivers;
mod racer;
#[cfg(feature = "peers")]
mod smol;
#[cfg(feature = "peers")]
mod tokio;

#[cfg(feature = "peers")]
pub use mt::{OursMt, SmolMt, TokioMt, WORKERS};
pub use ours::Ours;
#[cfg(feature = "peers")]
pub use ours_drivers::OursDrivers;
pub use racer::Racer;
#[cfg(feature = "peers")]
pub use smol::Smol;
#[cfg(feature = "peers")]
pub use tokio::{Tokio, TokioDrivers};
