//! `#[main]` and `#[test]`: an `async fn` becomes a function that builds a runtime and blocks on it.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{ItemFn, Lit, Path, Token};

/// What the function is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Main,
    Test,
}

/// `name = value`.
struct Argument {
    name: syn::Ident,
    value: Lit,
}

impl Parse for Argument {
    fn parse(input: ParseStream<'_>) -> syn::Result<Argument> {
        // `crate` is a word of the language.
        let name = input.call(syn::ext::IdentExt::parse_any)?;
        input.parse::<Token![=]>()?;
        Ok(Argument {
            name,
            value: input.parse()?,
        })
    }
}

struct Config {
    krate: Path,
    start_paused: bool,
}

pub(crate) fn expand(
    arguments: TokenStream,
    item: TokenStream,
    kind: Kind,
) -> syn::Result<TokenStream> {
    let mut function: ItemFn = syn::parse2(item)?;
    let config = config(arguments)?;
    let signature = &mut function.sig;
    if signature.asyncness.take().is_none() {
        let what = "the `async` keyword is missing from the function declaration";
        return Err(syn::Error::new(signature.fn_token.span(), what));
    }
    let is_main = kind == Kind::Main && signature.ident == "main";
    if (is_main || kind == Kind::Test) && !signature.inputs.is_empty() {
        let what = match kind {
            Kind::Main => "the main function cannot accept arguments",
            Kind::Test => "the test function cannot accept arguments",
        };
        return Err(syn::Error::new(signature.inputs.span(), what));
    }
    let Config {
        krate,
        start_paused,
    } = config;
    let header = match kind {
        Kind::Main => quote!(),
        Kind::Test => quote!(#[::core::prelude::v1::test]),
    };
    let paused = start_paused.then(|| quote!(.start_paused(true)));
    let ItemFn {
        attrs,
        vis,
        sig,
        block,
        ..
    } = function;
    Ok(quote! {
        #header
        #(#attrs)*
        #vis #sig {
            let body = async #block;
            #[allow(clippy::expect_used)]
            return #krate::runtime::Builder::new_current_thread()
                .enable_all()
                #paused
                .build()
                .expect("Failed building the Runtime")
                .block_on(body);
        }
    })
}

fn config(arguments: TokenStream) -> syn::Result<Config> {
    let mut config = Config {
        krate: syn::parse_quote!(::reveille),
        start_paused: false,
    };
    let arguments = Punctuated::<Argument, Token![,]>::parse_terminated.parse2(arguments)?;
    for Argument { name, value } in arguments {
        let span = value.span();
        match (name.to_string().as_str(), value) {
            ("flavor", Lit::Str(flavor)) => check_flavor(&flavor.value(), span)?,
            ("start_paused", Lit::Bool(paused)) => config.start_paused = paused.value,
            ("crate", Lit::Str(path)) => config.krate = path.parse()?,
            ("flavor" | "start_paused" | "crate", _) => {
                return Err(syn::Error::new(
                    span,
                    format!("`{name}` has a value of another kind"),
                ));
            }
            ("worker_threads", _) => {
                let what = "there is one flavor so far, and it has no worker threads";
                return Err(syn::Error::new(name.span(), what));
            }
            _ => {
                let what = format!(
                    "Unknown attribute {name} is specified; expected one of: `flavor`, \
                     `start_paused`, `crate`"
                );
                return Err(syn::Error::new(name.span(), what));
            }
        }
    }
    Ok(config)
}

fn check_flavor(flavor: &str, span: Span) -> syn::Result<()> {
    match flavor {
        "current_thread" => Ok(()),
        "multi_thread" => Err(syn::Error::new(
            span,
            "the flavor `multi_thread` is not there yet; the only one is `current_thread`",
        )),
        _ => {
            let what = format!(
                "No such runtime flavor `{flavor}`. The runtime flavors are: `current_thread`."
            );
            Err(syn::Error::new(span, what))
        }
    }
}
