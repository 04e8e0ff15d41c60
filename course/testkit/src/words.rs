//! What is observed, and what is said of it. Nothing in here acts on a test.

pub(crate) mod lock;
pub(crate) mod own;
pub(crate) mod poison;

pub(crate) mod exercise;
pub(crate) mod rule;

pub(crate) mod count;
pub(crate) mod held;
pub(crate) mod task;

pub(crate) mod calls;
pub(crate) mod label;
pub(crate) mod panics;
pub(crate) mod share;
pub(crate) mod threads;

pub(crate) mod evidence;
pub(crate) mod report;
