//! A function, taken to pieces and put together again with another body.
//!
//! Every build of the course compiles this crate, so it does without a library that parses Rust. It looks for five things only, and
//! they stand in a fixed order.

use proc_macro::{Delimiter, Group, TokenStream, TokenTree};

/// What becomes of the notes of inner futures.
pub enum Kind {
    Leaf,
    Around,
    Through,
}

/// The pieces of `#[…] pub async fn name<T>(self) -> Output where … { … }`.
pub struct Function {
    /// Attributes, visibility and `unsafe`: all before `fn`, without `async`.
    before: Vec<TokenTree>,
    is_async: bool,
    /// `fn name<T>(self)`.
    signature: Vec<TokenTree>,
    /// What stands behind the arrow; nothing for `()`.
    output: Vec<TokenTree>,
    /// `where …`, or nothing.
    bounds: Vec<TokenTree>,
    body: TokenTree,
}

impl Function {
    /// # Panics
    ///
    /// If it is no function with a body: the compiler shows the message at the attribute.
    pub fn parse(function: TokenStream) -> Function {
        let mut tokens: Vec<TokenTree> = function.into_iter().collect();
        let body = tokens.pop().expect("a function has a body");
        let start = (tokens.iter().position(|token| is_word(token, "fn"))).expect("a function");
        let mut rest = tokens.split_off(start);
        let is_async = tokens.iter().any(|token| is_word(token, "async"));
        tokens.retain(|token| !is_word(token, "async"));
        let mut after = rest.split_off(end_of_arguments(&rest));
        let bounds =
            (after.iter().position(|token| is_word(token, "where"))).unwrap_or(after.len());
        let bounds = after.split_off(bounds);
        Function {
            before: tokens,
            is_async,
            signature: rest,
            // Behind the two signs of the arrow.
            output: after.into_iter().skip(2).collect(),
            bounds,
            body,
        }
    }

    /// With a body that leaves a note.
    pub fn noting(self, arguments: TokenStream, kind: Kind) -> TokenStream {
        let mut arguments = arguments.into_iter();
        let name = (arguments.by_ref())
            .take_while(|token| !is_sign(token, ','))
            .collect();
        let resource: TokenStream = arguments.collect();
        let resource = match resource.is_empty() {
            true => code("Resource::of(&*self)"),
            false => resource,
        };
        let note = [
            code("use harness::leaf::{Note, Resource}; Note::new"),
            call([name, resource]),
        ];
        let mut note = vec![block(note.into_iter().collect())];
        match kind {
            Kind::Leaf => {}
            Kind::Around => note.push(code(".around(file!())")),
            Kind::Through => note.push(code(".through()")),
        }
        if self.is_async {
            self.into_leaf_future(note)
        } else if self.output.iter().any(|token| is_word(token, "Poll")) {
            self.into_leaf_poll(note)
        } else {
            self.into_leaf_around(note)
        }
    }

    /// `fn name(self) -> Leaf<impl Future<Output = …>> { NOTE.until(async move { … }) }`
    fn into_leaf_future(self, note: Vec<TokenStream>) -> TokenStream {
        let output = match self.output.is_empty() {
            true => code("()"),
            false => self.output.into_iter().collect(),
        };
        let body = [code("async move"), self.body.into()].into_iter().collect();
        let body: TokenStream = (note.into_iter())
            .chain([code(".until"), call([body])])
            .collect();
        let pieces = [
            self.before.into_iter().collect(),
            self.signature.into_iter().collect(),
            code("-> harness::leaf::Leaf<impl ::core::future::Future<Output ="),
            output,
            code(">>"),
            self.bounds.into_iter().collect(),
            block(body),
        ];
        pieces.into_iter().collect()
    }

    /// `fn name(self) -> Leaf<…> { NOTE.until({ … }) }`
    fn into_leaf_around(self, note: Vec<TokenStream>) -> TokenStream {
        let body = (note.into_iter())
            .chain([code(".until"), call([self.body.into()])])
            .collect();
        let pieces = [
            self.before.into_iter().collect(),
            self.signature.into_iter().collect(),
            code("-> harness::leaf::Leaf<"),
            self.output.into_iter().collect(),
            code(">"),
            self.bounds.into_iter().collect(),
            block(body),
        ];
        pieces.into_iter().collect()
    }

    /// `#[track_caller] fn name(self, cx) -> Poll<…> { NOTE.poll(move || -> Poll<…> { … }) }`
    fn into_leaf_poll(self, note: Vec<TokenStream>) -> TokenStream {
        let output: TokenStream = self.output.into_iter().collect();
        let body = [code("move || ->"), output.clone(), self.body.into()];
        let body = body.into_iter().collect();
        let body = (note.into_iter())
            .chain([code(".poll"), call([body])])
            .collect();
        let pieces = [
            code("#[track_caller]"),
            self.before.into_iter().collect(),
            self.signature.into_iter().collect(),
            code("->"),
            output,
            self.bounds.into_iter().collect(),
            block(body),
        ];
        pieces.into_iter().collect()
    }
}

/// The index behind `fn name<T>(self)`. An arrow between angle brackets closes none.
fn end_of_arguments(signature: &[TokenTree]) -> usize {
    let mut depth = 0;
    let mut last = ' ';
    for (index, token) in signature.iter().enumerate() {
        match token {
            TokenTree::Group(group)
                if depth == 0 && group.delimiter() == Delimiter::Parenthesis =>
            {
                return index + 1;
            }
            TokenTree::Punct(sign) => {
                match sign.as_char() {
                    '<' => depth += 1,
                    '>' if last != '-' => depth -= 1,
                    _ => {}
                }
                last = sign.as_char();
            }
            _ => last = ' ',
        }
    }
    panic!("a function has arguments")
}

fn is_word(token: &TokenTree, word: &str) -> bool {
    matches!(token, TokenTree::Ident(name) if name.to_string() == word)
}

fn is_sign(token: &TokenTree, sign: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == sign)
}

fn code(text: &str) -> TokenStream {
    text.parse().expect("it is written here, and it is Rust")
}

/// `(a, b)`
fn call<const N: usize>(arguments: [TokenStream; N]) -> TokenStream {
    let arguments = arguments
        .into_iter()
        .flat_map(|argument| [argument, code(",")]);
    group(Delimiter::Parenthesis, arguments.collect())
}

fn block(body: TokenStream) -> TokenStream {
    group(Delimiter::Brace, body)
}

fn group(delimiter: Delimiter, tokens: TokenStream) -> TokenStream {
    TokenTree::Group(Group::new(delimiter, tokens)).into()
}
