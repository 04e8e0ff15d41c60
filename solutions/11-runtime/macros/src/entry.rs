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
    flavor: Flavor,
    worker_threads: Option<Lit>,
    start_paused: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Flavor {
    CurrentThread,
    MultiThread,
}

pub(crate) fn expand(
    arguments: TokenStream,
    item: TokenStream,
    kind: Kind,
) -> syn::Result<TokenStream> {
    let mut function: ItemFn = syn::parse2(item)?;
    let config = config(arguments, kind)?;
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
        flavor,
        worker_threads,
        start_paused,
    } = config;
    let builder = match flavor {
        Flavor::CurrentThread => quote!(new_current_thread()),
        Flavor::MultiThread => quote!(new_multi_thread()),
    };
    let workers = worker_threads.map(|count| quote!(.worker_threads(#count)));
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
            return #krate::runtime::Builder::#builder
                #workers
                .enable_all()
                #paused
                .build()
                .expect("Failed building the Runtime")
                .block_on(body);
        }
    })
}

fn config(arguments: TokenStream, kind: Kind) -> syn::Result<Config> {
    let mut config = Config {
        krate: syn::parse_quote!(::reveille),
        // A program wants all processors. A test wants to be the same each time.
        flavor: match kind {
            Kind::Main => Flavor::MultiThread,
            Kind::Test => Flavor::CurrentThread,
        },
        worker_threads: None,
        start_paused: false,
    };
    let mut paused_at = None;
    let mut workers_at = None;
    let arguments = Punctuated::<Argument, Token![,]>::parse_terminated.parse2(arguments)?;
    for Argument { name, value } in arguments {
        let span = value.span();
        match (name.to_string().as_str(), value) {
            ("flavor", Lit::Str(name)) => config.flavor = flavor(&name.value(), span)?,
            ("worker_threads", value @ Lit::Int(_)) => {
                config.worker_threads = Some(value);
                workers_at = Some(name.span());
            }
            ("start_paused", Lit::Bool(paused)) => {
                config.start_paused = paused.value;
                paused_at = Some(name.span());
            }
            ("crate", Lit::Str(path)) => config.krate = path.parse()?,
            ("flavor" | "worker_threads" | "start_paused" | "crate", _) => {
                return Err(syn::Error::new(
                    span,
                    format!("`{name}` has a value of another kind"),
                ));
            }
            _ => {
                let what = format!(
                    "Unknown attribute {name} is specified; expected one of: `flavor`, \
                     `worker_threads`, `start_paused`, `crate`"
                );
                return Err(syn::Error::new(name.span(), what));
            }
        }
    }
    match (config.flavor, workers_at, paused_at) {
        (Flavor::CurrentThread, Some(span), _) => {
            let what = "The `worker_threads` option requires the `multi_thread` runtime flavor. Use \
                        `flavor = \"multi_thread\"`";
            Err(syn::Error::new(span, what))
        }
        (Flavor::MultiThread, _, Some(span)) if config.start_paused => {
            let what = "The `start_paused` option requires the `current_thread` runtime flavor. Use \
                        `flavor = \"current_thread\"`";
            Err(syn::Error::new(span, what))
        }
        _ => Ok(config),
    }
}

fn flavor(name: &str, span: Span) -> syn::Result<Flavor> {
    match name {
        "current_thread" => Ok(Flavor::CurrentThread),
        "multi_thread" => Ok(Flavor::MultiThread),
        _ => {
            let what = format!(
                "No such runtime flavor `{name}`. The runtime flavors are: `current_thread`, \
                 `multi_thread`."
            );
            Err(syn::Error::new(span, what))
        }
    }
}
