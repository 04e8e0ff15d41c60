//! The watch as a reader has it before them: the tool in a pseudo terminal, keys in, a screen out.
//!
//! Nothing here waits for a time: a test waits until the screen shows something, and fails, showing
//! the screen, only after far longer than that ever takes.

#![cfg(unix)]

#[path = "../cli/fixture.rs"]
mod fixture;
#[path = "../small/mod.rs"]
mod small;

mod children;
mod keys;
mod leaving;
mod picture;
mod saves;
mod terminal;
