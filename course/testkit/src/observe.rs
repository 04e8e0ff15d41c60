//! Futures and wakers under observation: what becomes of them is counted.

pub(crate) mod drops;
pub(crate) mod forward;
pub(crate) mod hooks;
pub(crate) mod poll;
pub(crate) mod probe;
pub(crate) mod tracked;
pub(crate) mod waker;
