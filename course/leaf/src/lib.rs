//! Three attributes, which tell what a task waits for.
//!
//! A task that returns `Pending` has polled a leaf that returned `Pending`: a lock that is taken, a channel that is
//! empty. Some function made that leaf, and its signature says all that a dump needs: which operation it is, and on what. So a leaf is
//! marked where its signature is, and its body knows nothing of dumps:
//!
//! ```text
//!     #[harness::leaf("Mutex::lock")]
//!     pub async fn lock(&self) -> MutexGuard<'_, T> { … }
//!
//!     #[harness::leaf("JoinHandle", self.id())]
//!     fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> { … }
//! ```
//!
//! The first argument is the name of the operation. The second one is the resource, any `Into<Resource>`; without it, that is `self`.
//! [`around`] marks a function that polls other futures, for example a time-out: what these wait for is shown, and then its own name.
//! [`through`] marks a function that returns a future of another crate, such as those of `futures::io`: what this one polls is shown, with the line
//! that awaits it.
//!
//! Without the feature `dump` the attributes leave the function as it is, so they cost nothing. With it they wrap
//! the body, and the wrapper calls `harness::leaf`, which writes the notes.
//!
//! # The line
//!
//! An `.await` calls `Future::poll`, and the place of this call is the place of the `.await`. So a `poll` that is `#[track_caller]` learns which line
//! waits. An `async fn` cannot be `#[track_caller]`; here it becomes a function that returns a future with such a `poll`.

mod function;

use proc_macro::TokenStream;

use function::{Function, Kind};

/// Marks a leaf: an `async fn`, or a function that returns a `Poll` or a future. See the crate.
#[proc_macro_attribute]
pub fn leaf(arguments: TokenStream, function: TokenStream) -> TokenStream {
    match cfg!(feature = "dump") {
        true => Function::parse(function).noting(arguments, Kind::Leaf),
        false => function,
    }
}

/// Marks a function that returns a future of another crate, which polls one of ours. See the crate.
#[proc_macro_attribute]
pub fn through(arguments: TokenStream, function: TokenStream) -> TokenStream {
    match cfg!(feature = "dump") {
        true => Function::parse(function).noting(arguments, Kind::Through),
        false => function,
    }
}

/// Marks a leaf that polls other futures. See the crate.
#[proc_macro_attribute]
pub fn around(arguments: TokenStream, function: TokenStream) -> TokenStream {
    match cfg!(feature = "dump") {
        true => Function::parse(function).noting(arguments, Kind::Around),
        false => function,
    }
}
