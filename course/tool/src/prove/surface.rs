//! What is public in a piece of source: what others may call, without how it works.
//!
//! An open exercise gives its reader a stub of everything public. The tests and later chapters call
//! our answer and theirs alike, so the two must declare the same.

use std::collections::BTreeSet;

use quote::ToTokens;
use syn::{
    Attribute, Field, FnArg, ImplItem, Item, ItemImpl, Meta, ReturnType, Signature, TraitItem,
    Type, Visibility,
};

/// Every public thing that a source declares: a line each, such as `Stack: fn pop(&mut self) ->
/// Option<u32>`. Left out are generics of `impl` blocks, what is only there under loom, and traits
/// whose `impl` says nothing that a caller could name.
///
/// # Errors
///
/// If it is no Rust.
pub fn surface(source: &str) -> Result<BTreeSet<String>, syn::Error> {
    let file = syn::parse_file(source)?;
    let mut found = Surface {
        private: file.items.iter().filter_map(private_type).collect(),
        lines: BTreeSet::new(),
    };
    found.items("", &file.items);
    Ok(found.lines)
}

struct Surface {
    /// Types that are declared here and are not public.
    private: BTreeSet<String>,
    lines: BTreeSet<String>,
}

/// Traits that an answer implements as its insides require it.
const UNSEEN: [&str; 6] = [
    "Drop",
    "Send",
    "Sync",
    "Unpin",
    "UnwindSafe",
    "RefUnwindSafe",
];

impl Surface {
    fn items(&mut self, path: &str, items: &[Item]) {
        for item in items {
            self.item(path, item);
        }
    }

    fn item(&mut self, path: &str, item: &Item) {
        match item {
            Item::Fn(item) if is_seen(&item.vis, &item.attrs) => {
                self.add(path, &signature(&item.sig));
            }
            Item::Const(item) if is_seen(&item.vis, &item.attrs) => {
                self.add(path, &format!("const {}: {}", item.ident, text(&item.ty)));
            }
            Item::Static(item) if is_seen(&item.vis, &item.attrs) => {
                self.add(path, &format!("static {}: {}", item.ident, text(&item.ty)));
            }
            Item::Type(item) if is_seen(&item.vis, &item.attrs) => {
                self.add(path, &format!("type {}", item.ident));
            }
            Item::Use(item) if is_seen(&item.vis, &item.attrs) => {
                self.add(path, &format!("use {}", text(&item.tree)));
            }
            Item::Mod(item) if is_seen(&item.vis, &item.attrs) => {
                self.add(path, &format!("mod {}", item.ident));
                if let Some((_, items)) = &item.content {
                    self.items(&format!("{path}{}::", item.ident), items);
                }
            }
            Item::Struct(item) if is_seen(&item.vis, &item.attrs) => {
                let name = item.ident.to_string();
                self.add(path, &format!("struct {name}{}", text(&item.generics)));
                self.derives(&name, &item.attrs);
                for (index, field) in item.fields.iter().enumerate() {
                    if is_seen(&field.vis, &field.attrs) {
                        self.add(&format!("{path}{name}."), &field_text(index, field));
                    }
                }
            }
            Item::Enum(item) if is_seen(&item.vis, &item.attrs) => {
                let name = item.ident.to_string();
                self.add(path, &format!("enum {name}{}", text(&item.generics)));
                self.derives(&name, &item.attrs);
                for variant in &item.variants {
                    let fields = variant.fields.iter().enumerate();
                    let fields: Vec<String> = fields.map(|(i, f)| field_text(i, f)).collect();
                    let variant = &variant.ident;
                    self.add(
                        path,
                        &format!("{name}::{variant} {{{}}}", fields.join(", ")),
                    );
                }
            }
            Item::Trait(item) if is_seen(&item.vis, &item.attrs) => {
                let name = item.ident.to_string();
                self.add(path, &format!("trait {name}{}", text(&item.generics)));
                for item in &item.items {
                    if let TraitItem::Fn(function) = item {
                        self.add(&format!("{path}{name}: "), &signature(&function.sig));
                    }
                }
            }
            Item::Impl(item) => self.implementation(path, item),
            _ => {}
        }
    }

    fn implementation(&mut self, path: &str, item: &ItemImpl) {
        let of = base(&item.self_ty);
        if self.private.contains(&of) || is_loom_only(&item.attrs) {
            return;
        }
        if let Some((implemented, _)) = &item.trait_ {
            self.implements(&of, &text(implemented));
            return;
        }
        for inner in &item.items {
            match inner {
                ImplItem::Fn(function) if is_seen(&function.vis, &function.attrs) => {
                    self.add(&format!("{path}{of}: "), &signature(&function.sig));
                }
                ImplItem::Const(constant) if is_seen(&constant.vis, &constant.attrs) => {
                    self.add(
                        &format!("{path}{of}: "),
                        &format!("const {}", constant.ident),
                    );
                }
                _ => {}
            }
        }
    }

    fn derives(&mut self, of: &str, attributes: &[Attribute]) {
        for attribute in attributes {
            if let Meta::List(list) = &attribute.meta
                && attribute.path().is_ident("derive")
            {
                for name in list.tokens.to_string().split(',') {
                    self.implements(of, name.trim());
                }
            }
        }
    }

    fn implements(&mut self, of: &str, path: &str) {
        // Derived or by hand, and by whatever path: it is the same trait.
        let (before, generics) = match path.split_once('<') {
            Some((name, rest)) => (name, format!("<{rest}")),
            None => (path, String::new()),
        };
        let name = before.rsplit("::").next().unwrap_or(before).trim();
        if !UNSEEN.contains(&name) {
            self.lines.insert(format!("impl {name}{generics} for {of}"));
        }
    }

    fn add(&mut self, path: &str, what: &str) {
        self.lines.insert(format!("{path}{what}"));
    }
}

/// The name of a type that is not public, if the item declares one.
fn private_type(item: &Item) -> Option<String> {
    let (vis, name) = match item {
        Item::Struct(item) => (&item.vis, &item.ident),
        Item::Enum(item) => (&item.vis, &item.ident),
        Item::Union(item) => (&item.vis, &item.ident),
        Item::Trait(item) => (&item.vis, &item.ident),
        _ => return None,
    };
    (!matches!(vis, Visibility::Public(_))).then(|| name.to_string())
}

fn is_seen(vis: &Visibility, attributes: &[Attribute]) -> bool {
    matches!(vis, Visibility::Public(_)) && !is_loom_only(attributes)
}

/// Whether something is only there in a model.
fn is_loom_only(attributes: &[Attribute]) -> bool {
    let mut attributes = attributes.iter();
    attributes.any(|attribute| text(&attribute.meta) == "cfg(loom)")
}

/// A type's own name, without what is around it.
fn base(of: &Type) -> String {
    match of {
        Type::Path(path) => match path.path.segments.last() {
            Some(segment) => segment.ident.to_string(),
            None => text(of),
        },
        Type::Reference(reference) => base(&reference.elem),
        other => text(other),
    }
}

/// What a caller sees of a function: the names of its arguments are the answer's own.
fn signature(signature: &Signature) -> String {
    let inputs = signature.inputs.iter().map(|input| match input {
        FnArg::Receiver(receiver) => match text(receiver).as_str() {
            "mut self" => "self".to_owned(),
            receiver => receiver.to_owned(),
        },
        FnArg::Typed(typed) => text(&typed.ty),
    });
    let inputs: Vec<String> = inputs.collect();
    let mut out = String::new();
    for (is_there, word) in [
        (signature.constness.is_some(), "const "),
        (signature.asyncness.is_some(), "async "),
    ] {
        if is_there {
            out.push_str(word);
        }
    }
    let unsafety = text(&signature.safety);
    if !unsafety.is_empty() {
        out.push_str(&unsafety);
        out.push(' ');
    }
    let generics = &signature.generics;
    out.push_str(&format!(
        "fn {}{}({})",
        signature.ident,
        text(generics),
        inputs.join(", ")
    ));
    if let ReturnType::Type(_, returned) = &signature.output {
        out.push_str(" -> ");
        out.push_str(&text(returned));
    }
    if let Some(bounds) = &generics.where_clause {
        out.push(' ');
        out.push_str(text(bounds).trim_end_matches(','));
    }
    out
}

fn field_text(index: usize, field: &Field) -> String {
    match &field.ident {
        Some(name) => format!("{name}: {}", text(&field.ty)),
        None => format!("{index}: {}", text(&field.ty)),
    }
}

/// Tokens as one would type them, nearly.
fn text(tokens: &impl ToTokens) -> String {
    let mut text = tokens.to_token_stream().to_string();
    for (loose, tight) in [
        (" :: ", "::"),
        (" <", "<"),
        ("< ", "<"),
        (" >", ">"),
        (" ,", ","),
        ("& ", "&"),
        (" (", "("),
        ("( ", "("),
        (" )", ")"),
        (" :", ":"),
    ] {
        text = text.replace(loose, tight);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANSWER: &str = "
        use std::fmt;

        /// A stack.
        #[derive(Clone)]
        pub struct Stack<T> { values: Vec<T> }
        struct Node;
        #[derive(Debug)]
        pub enum Error { Full(u32), Closed }

        impl<T> Stack<T> {
            #[cfg(not(loom))]
            pub const fn new() -> Self { Stack { values: Vec::new() } }
            #[cfg(loom)]
            pub fn new() -> Self { Stack { values: Vec::new() } }
            pub async fn push(&self, value: T) -> Result<(), Error> { self.grow(); Ok(()) }
            pub fn into_inner(mut self) -> Vec<T> { self.values }
            fn grow(&self) {}
        }

        impl<T> fmt::Debug for Stack<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { Ok(()) }
        }
        impl<T> Drop for Stack<T> { fn drop(&mut self) {} }
        impl Drop for Node { fn drop(&mut self) {} }
    ";

    const STUB: &str = "
        #[derive(Clone, Debug)]
        pub struct Stack<T> { values: std::marker::PhantomData<T> }
        #[derive(Debug)]
        pub enum Error { Full(u32), Closed }

        impl<T> Stack<T> {
            pub const fn new() -> Self { panic!() }
            pub async fn push(&self, _value: T) -> Result<(), Error> { todo!() }
            pub fn into_inner(self) -> Vec<T> { todo!() }
        }
    ";

    #[test]
    fn a_stub_declares_what_the_answer_does() {
        let (answer, stub) = (surface(ANSWER).unwrap(), surface(STUB).unwrap());
        assert_eq!(answer, stub);
        let expected = "Stack: async fn push(&self, T) -> Result<(), Error>";
        assert!(answer.contains(expected), "{answer:#?}");
    }

    #[test]
    fn what_differs_is_told_by_its_line() {
        let other = STUB.replace("&self, _value", "&mut self, _value");
        let (answer, stub) = (surface(ANSWER).unwrap(), surface(&other).unwrap());
        let missing: Vec<&String> = answer.difference(&stub).collect();
        assert_eq!(
            missing,
            ["Stack: async fn push(&self, T) -> Result<(), Error>"]
        );
        let other = STUB.replace("Clone, ", "");
        let missing = surface(&other).unwrap();
        assert!(answer.difference(&missing).eq(["impl Clone for Stack"]));
    }
}
