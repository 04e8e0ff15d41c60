//! Servers that stand on crates of others, and run on our runtime.
//!
//! A runtime is good for something if programs run on it that were not written for it. Here are four. Each is a
//! program in `src/bin`, a page long; what they share is in this library.
//!
//! | program | the crates of others | what drives it |
//! | --- | --- | --- |
//! | `web` | hyper (HTTP/1 and HTTP/2), axum, rustls | `curl`, `wrk`, `h2load` |
//! | `redis` | none: the protocol is here | `redis-cli`, `redis-benchmark` |
//! | `room` | tungstenite (WebSocket) | a client of the same crate |
//! | `proxy` | none | `curl`, through it |
//!
//! A fifth, `web_on_tokio`, is `web` on tokio, to race against. The sixth, `drive`, starts the others and looks at
//! what they do: `cargo run --release -- check`, `race` and `soak`.
//!
//! # What a crate asks of a runtime
//!
//! | crate | asks for | gets |
//! | --- | --- | --- |
//! | hyper | three traits of its own: a socket, an executor, a timer | [`bridge`] |
//! | axum | nothing: a `Router` is a function from request to response | |
//! | futures-rustls, async-tungstenite | a socket with the traits of `futures::io` | our [`TcpStream`](reveille::net::TcpStream), as it is |
//!
//! # Limits
//!
//! What a server takes from a stranger is bounded, in each of the four: how many connections there are ([`accept`]), how
//! long a client may keep silent in the middle of something, how long it may leave what it was sent unread
//! ([`stalled`]), and how long a request may be.

pub mod accept;
pub mod app;
pub mod arguments;
pub mod bridge;
pub mod certificate;
pub mod http;
pub mod proxy;
pub mod resp;
pub mod room;
pub mod sniff;
pub mod stalled;
