//! What the wrapping `macro_rules!` adds in front: the path of the crate, in parentheses. And a word that may
//! come next.

use syn::Path;
use syn::parse::ParseStream;

/// Reads `($crate)`.
pub(crate) fn krate(input: ParseStream<'_>) -> syn::Result<Path> {
    let inner;
    syn::parenthesized!(inner in input);
    inner.call(Path::parse_mod_style)
}

/// Reads `biased;`, if it is there.
pub(crate) fn biased(input: ParseStream<'_>) -> syn::Result<bool> {
    let ahead = input.fork();
    let is_biased = ahead
        .parse::<syn::Ident>()
        .is_ok_and(|word| word == "biased")
        && ahead.parse::<syn::Token![;]>().is_ok();
    if is_biased {
        input.parse::<syn::Ident>()?;
        input.parse::<syn::Token![;]>()?;
    }
    Ok(is_biased)
}
