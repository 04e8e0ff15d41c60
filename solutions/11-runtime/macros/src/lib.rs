//! The macros of the crate `reveille` that have to read Rust.
//!
//! The functions in here are not called by their own names. `reveille` wraps them in a `macro_rules!`, and
//! hands over its own path where the expansion needs the crate, under whatever name a program gives it.
//!
//! In tokio: the crate `tokio-macros`, and `macros/` of tokio itself.

mod entry;
mod input;
mod join;
mod select;

use proc_macro::TokenStream;

/// `#[reveille::main]`: on all processors, with all drivers.
#[proc_macro_attribute]
pub fn main(arguments: TokenStream, item: TokenStream) -> TokenStream {
    answer(entry::expand(
        arguments.into(),
        item.into(),
        entry::Kind::Main,
    ))
}

/// `#[reveille::test]`: on one thread, with all drivers.
#[proc_macro_attribute]
pub fn test(arguments: TokenStream, item: TokenStream) -> TokenStream {
    answer(entry::expand(
        arguments.into(),
        item.into(),
        entry::Kind::Test,
    ))
}

/// `reveille::select!`, behind the path of the crate.
#[proc_macro]
pub fn select(input: TokenStream) -> TokenStream {
    answer(syn::parse(input).map(select::expand))
}

/// `reveille::join!`.
#[proc_macro]
pub fn join(input: TokenStream) -> TokenStream {
    answer(syn::parse(input).map(|all| join::expand(all, join::Kind::All)))
}

/// `reveille::try_join!`.
#[proc_macro]
pub fn try_join(input: TokenStream) -> TokenStream {
    answer(syn::parse(input).map(|all| join::expand(all, join::Kind::UntilError)))
}

fn answer(expanded: syn::Result<proc_macro2::TokenStream>) -> TokenStream {
    expanded
        .unwrap_or_else(|error| error.into_compile_error())
        .into()
}
