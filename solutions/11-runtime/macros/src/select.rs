//! `select!`: waits for the first of several futures, and drops the others.
//!
//! ```text
//!     select! {                                   let output = {
//!         Some(v) = a, if open => one,                disabled = !open as bit 0
//!         v = b => two,                               pin a, pin b
//!         else => three,                              poll_fn: from a start on, each that is not disabled
//!     }                                           }.await;      // here a and b are dropped
//!                                                 match output { B0(Some(v)) => one, B1(v) => two, … }
//! ```
//!
//! - A branch whose value does not match its pattern is disabled, and the others are waited for.
//! - The futures are dropped before a handler runs, so a handler may use what they borrowed.
//! - The first to be polled is another one each time, unless `biased;` stands in front: then they are polled
//!   in order, and one that is always ready keeps the later ones from being polled.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::parse::{Parse, ParseStream};
use syn::{Block, Expr, Pat, Path, Token};

/// Each branch has a bit.
const BRANCHES_MAX: usize = 64;

pub(crate) struct Select {
    krate: Path,
    is_biased: bool,
    branches: Vec<Branch>,
    otherwise: Option<Expr>,
}

struct Branch {
    pattern: Pat,
    future: Expr,
    precondition: Option<Expr>,
    handler: Expr,
}

impl Parse for Select {
    fn parse(input: ParseStream<'_>) -> syn::Result<Select> {
        let krate = crate::input::krate(input)?;
        let is_biased = crate::input::biased(input)?;
        let mut branches = Vec::new();
        let mut otherwise = None;
        while !input.is_empty() {
            if input.peek(Token![else]) {
                input.parse::<Token![else]>()?;
                input.parse::<Token![=>]>()?;
                otherwise = Some(handler(input)?);
                if !input.is_empty() {
                    return Err(input.error("`else` is the last branch"));
                }
                break;
            }
            branches.push(input.parse::<Branch>()?);
            if BRANCHES_MAX < branches.len() {
                return Err(input.error("`select!` takes 64 branches at most"));
            }
        }
        if branches.is_empty() && otherwise.is_none() {
            return Err(input.error("`select!` needs a branch"));
        }
        Ok(Select {
            krate,
            is_biased,
            branches,
            otherwise,
        })
    }
}

impl Parse for Branch {
    fn parse(input: ParseStream<'_>) -> syn::Result<Branch> {
        let pattern = Pat::parse_multi_with_leading_vert(input)?;
        input.parse::<Token![=]>()?;
        let future = input.parse()?;
        let mut precondition = None;
        if input.peek(Token![,]) {
            input.parse::<Token![,]>()?;
            input.parse::<Token![if]>()?;
            precondition = Some(input.parse()?);
        }
        input.parse::<Token![=>]>()?;
        Ok(Branch {
            pattern,
            future,
            precondition,
            handler: handler(input)?,
        })
    }
}

/// A block, and perhaps a comma; or another expression, and a comma if more follows.
fn handler(input: ParseStream<'_>) -> syn::Result<Expr> {
    if input.peek(syn::token::Brace) {
        let ahead = input.fork();
        ahead.parse::<Block>()?;
        let is_whole = !ahead.peek(Token![.]) && !ahead.peek(Token![?]);
        if is_whole {
            let block: Block = input.parse()?;
            input.parse::<Option<Token![,]>>()?;
            return Ok(Expr::Verbatim(quote!(#block)));
        }
    }
    let expression = input.parse()?;
    if !input.is_empty() {
        input.parse::<Token![,]>()?;
    }
    Ok(expression)
}

pub(crate) fn expand(select: Select) -> TokenStream {
    let Select {
        krate,
        is_biased,
        branches,
        otherwise,
    } = select;
    let support = quote!(#krate::macros);
    let otherwise = match otherwise {
        Some(otherwise) => quote!(#otherwise),
        None => quote!(::core::panic!(
            "all branches are disabled and there is no else branch"
        )),
    };
    if branches.is_empty() {
        return otherwise;
    }
    let count = branches.len();
    let ids: Vec<u32> = (0..).take(count).collect();
    let types: Vec<_> = ids.iter().map(|id| format_ident!("T{id}")).collect();
    let variants: Vec<_> = ids.iter().map(|id| format_ident!("B{id}")).collect();
    let futures: Vec<_> = ids
        .iter()
        .map(|id| format_ident!("__future_{id}"))
        .collect();
    let values: Vec<_> = ids.iter().map(|id| format_ident!("__value_{id}")).collect();
    let expressions = branches.iter().map(|branch| &branch.future);
    let conditions = branches.iter().zip(&ids).filter_map(|(branch, id)| {
        let condition = branch.precondition.as_ref()?;
        Some(quote!(if !(#condition) { __disabled |= 1u64 << #id; }))
    });
    let looks = branches.iter().map(|branch| {
        let mut pattern = branch.pattern.clone();
        make_shared(&mut pattern);
        pattern
    });
    let start = match is_biased {
        true => quote!(0u32),
        false => quote!(#support::start(#count as u32)),
    };
    let patterns = branches.iter().map(|branch| &branch.pattern);
    let handlers = branches.iter().map(|branch| &branch.handler);
    let count = count as u32;
    quote! {{
        enum __Output<#(#types),*> {
            #(#variants(#types),)*
            Disabled,
        }
        // A pattern may borrow from it with `ref mut`.
        #[allow(unused_mut)]
        let mut __output = {
            #[allow(unused_mut)]
            let mut __disabled = 0u64;
            #(#conditions)*
            // A statement of its own: then what an expression borrows lives as long as we do.
            #(let #values = #expressions;)*
            #(let mut #futures = ::core::pin::pin!(
                ::core::future::IntoFuture::into_future(#values)
            );)*
            let __start = #start;
            ::core::future::poll_fn(|__cx| #support::poll_first(|| {
                // A task that has used its budget up gives way, also in a loop of selects.
                ::core::task::ready!(#support::poll_budget_available(__cx));
                let mut __is_pending = false;
                for __step in 0..#count {
                    #[allow(clippy::modulo_one)]
                    let __branch = (__start + __step) % #count;
                    match __branch {
                        #(#ids => {
                            if __disabled & (1u64 << #ids) != 0 {
                                continue;
                            }
                            let __value = match ::core::future::Future::poll(#futures.as_mut(), __cx) {
                                ::core::task::Poll::Ready(value) => value,
                                ::core::task::Poll::Pending => {
                                    __is_pending = true;
                                    continue;
                                }
                            };
                            // Not polled again, whether it matches or not.
                            __disabled |= 1u64 << #ids;
                            #[allow(unused_variables, unreachable_patterns, clippy::redundant_pattern)]
                            match &__value {
                                #looks => {}
                                _ => continue,
                            }
                            return ::core::task::Poll::Ready(__Output::#variants(__value));
                        })*
                        _ => ::core::unreachable!(),
                    }
                }
                match __is_pending {
                    true => ::core::task::Poll::Pending,
                    false => ::core::task::Poll::Ready(__Output::Disabled),
                }
            }))
            .await
        };
        #[allow(unreachable_patterns)]
        match __output {
            #(__Output::#variants(#patterns) => #handlers,)*
            __Output::Disabled => #otherwise,
            _ => ::core::unreachable!("a value was matched before"),
        }
    }}
}

/// Makes a pattern that can look at a reference: its names bind by what the reference allows.
fn make_shared(pattern: &mut Pat) {
    match pattern {
        Pat::Ident(name) => {
            name.by_ref = None;
            name.mutability = None;
            if let Some((_, inner)) = &mut name.subpat {
                make_shared(inner);
            }
        }
        Pat::Or(or) => or.cases.iter_mut().for_each(make_shared),
        Pat::Paren(paren) => make_shared(&mut paren.pat),
        Pat::Reference(reference) => make_shared(&mut reference.pat),
        Pat::Slice(slice) => slice.elems.iter_mut().for_each(make_shared),
        Pat::Struct(of) => {
            for field in &mut of.fields {
                make_shared(&mut field.pat);
            }
        }
        Pat::Tuple(tuple) => tuple.elems.iter_mut().for_each(make_shared),
        Pat::TupleStruct(of) => of.elems.iter_mut().for_each(make_shared),
        Pat::Type(typed) => make_shared(&mut typed.pat),
        _ => {}
    }
}
