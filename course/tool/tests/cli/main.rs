//! The commands as a reader's shell sees them: what is printed, and the exit status.

mod fixture;
mod run;

mod commands;
mod input;
mod reset;
