//! `join!` and `try_join!`: wait for all of several futures on one task.
//!
//! Each future is dropped as soon as it is ready. Another one is polled first each time, so that one that
//! uses the task's budget up does not keep the later ones from being polled; with `biased;` in front they
//! are polled in order.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Expr, Token};

/// When the wait is over.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// When all are ready.
    All,
    /// When all are ready with `Ok`, or one with an error.
    UntilError,
}

pub(crate) struct Futures {
    is_biased: bool,
    all: Vec<Expr>,
}

impl Parse for Futures {
    fn parse(input: ParseStream<'_>) -> syn::Result<Futures> {
        let is_biased = crate::input::biased(input)?;
        let all = Punctuated::<Expr, Token![,]>::parse_terminated(input)?;
        Ok(Futures {
            is_biased,
            all: all.into_iter().collect(),
        })
    }
}

pub(crate) fn expand(futures: Futures, kind: Kind) -> TokenStream {
    let Futures { is_biased, all } = futures;
    if all.is_empty() {
        return match kind {
            Kind::All => quote!({ async {}.await }),
            Kind::UntilError => quote!({ async { ::core::result::Result::Ok(()) }.await }),
        };
    }
    let ids: Vec<u32> = (0..).take(all.len()).collect();
    let count = all.len() as u32;
    let futures: Vec<_> = ids
        .iter()
        .map(|id| format_ident!("__future_{id}"))
        .collect();
    let outputs: Vec<_> = ids
        .iter()
        .map(|id| format_ident!("__output_{id}"))
        .collect();
    let next = match is_biased {
        true => quote!(),
        false => quote!(__first = (__first + 1) % #count;),
    };
    let keep = futures.iter().zip(&outputs).map(|(future, output)| {
        let value = match kind {
            Kind::All => quote!(value),
            Kind::UntilError => quote!(match value {
                ::core::result::Result::Ok(value) => value,
                ::core::result::Result::Err(error) => {
                    return ::core::task::Poll::Ready(::core::result::Result::Err(error));
                }
            }),
        };
        quote! {
            if let ::core::option::Option::Some(future) = #future.as_mut().as_pin_mut() {
                match ::core::future::Future::poll(future, __cx) {
                    ::core::task::Poll::Ready(value) => {
                        // Dropped now, and not polled again.
                        #future.set(::core::option::Option::None);
                        #output = ::core::option::Option::Some(#value);
                    }
                    ::core::task::Poll::Pending => __is_pending = true,
                }
            }
        }
    });
    let taken = quote!((#(#outputs.take().expect("it is ready"),)*));
    let ready = match kind {
        Kind::All => taken,
        Kind::UntilError => quote!(::core::result::Result::Ok(#taken)),
    };
    quote! {{
        #(let mut #futures = ::core::pin::pin!(::core::option::Option::Some(
            ::core::future::IntoFuture::into_future(#all)
        ));)*
        #(let mut #outputs = ::core::option::Option::None;)*
        #[allow(unused_mut)]
        let mut __first = 0u32;
        ::core::future::poll_fn(move |__cx| {
            let mut __is_pending = false;
            for __step in 0..#count {
                #[allow(clippy::modulo_one)]
                match (__first + __step) % #count {
                    #(#ids => { #keep })*
                    _ => ::core::unreachable!(),
                }
            }
            #next
            if __is_pending {
                return ::core::task::Poll::Pending;
            }
            ::core::task::Poll::Ready(#ready)
        })
        .await
    }}
}
