//! A server that speaks RESP, the protocol of Redis: strings that may expire, lists, and channels to publish in.
//!
//! | module | what it knows |
//! | --- | --- |
//! | [`parse`] | where a request ends, and what is in it. No socket |
//! | [`reply`] | how an answer is written |
//! | [`store`] | keys, values, and when they expire. No clock: it is told what time it is |
//! | [`hub`] | who listens to which channel |
//! | [`commands`] | what each command does |
//! | [`session`] | one connection |
//!
//! # What is bounded
//!
//! The length of a request, the memory of all values together, what waits for one subscriber, and what is answered before
//! it is sent. A client that sends many requests at once and reads no answers is not read from: its answers fill the
//! socket, and the session waits for room. So its requests wait in its own machine.

pub mod commands;
pub mod hub;
pub mod parse;
pub mod reply;
pub mod session;
pub mod store;
