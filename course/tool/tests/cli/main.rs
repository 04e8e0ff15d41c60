//! The commands as a reader's shell sees them: what is printed, and the exit status.

mod fixture;
mod run;
#[path = "../small/mod.rs"]
mod small;

mod checkouts;
mod commands;
mod input;
mod output;
mod reset;
mod trace;
mod ways;
