//! The engine of the course on a small course of its own, whatever the reader's chapters hold.

mod authors;
mod damage;
mod fixture;
mod freshness;
mod models;
mod open;
mod processes;
mod program;
#[path = "../small/mod.rs"]
mod small;
mod stack;
mod verdicts;
