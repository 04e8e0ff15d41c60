//! What the reader of an open exercise starts from, made from our answer.
//!
//! An open exercise is a whole part of a chapter, built from its tests. Its stub declares what other
//! code can see of the part, and nothing of how it works:
//!
//! - public items stay with their docs, and so do items of the crate that code outside of the part
//!   names; the body of each function is a `todo!`;
//! - private items go, and so does each `Drop`, whose `todo!` would abort a test that unwinds;
//! - the private fields of a type go. What stands there instead is said in `course.toml`, since it
//!   decides about lifetimes, type parameters and auto traits;
//! - an inline module, such as `error`, is given;
//! - an `unsafe impl` goes, since its reason is how the part works, unless `course.toml` gives it;
//! - an import stays if something that is left uses it.
//!
//! The answer is parsed, but all that stays is copied as it stands there, so that nothing is
//! formatted anew.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::ops::Range;

use serde::Deserialize;
use syn::spanned::Spanned;
use syn::{
    Attribute, Block, Fields, ImplItem, Item, ItemFn, ItemImpl, ItemStruct, ItemUse, ReturnType,
    Signature, Type, UseTree, Visibility,
};

use crate::source::Marker;

/// How the stub of an open exercise differs from what its answer alone says.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Open {
    /// What the reader should know before the first line, if anything.
    #[serde(default)]
    pub note: String,
    /// For each type, what stands in place of its private fields, such as `value: Option<T>`.
    #[serde(default)]
    pub fields: BTreeMap<String, String>,
    /// The types whose `unsafe impl`s are given, with their reasons.
    #[serde(default)]
    pub given_unsafe: Vec<String>,
    /// Functions and types that are not public, and that other code of the crate does not use: their names
    /// merely occur there.
    #[serde(default)]
    pub left_out: Vec<String>,
}

/// The stub of an open exercise.
///
/// `label` is what each hole says. `outside` holds the words of the crate's code around the answer.
///
/// # Errors
///
/// If the answer is no Rust, or a stub cannot be made of it without knowing more.
pub fn of(
    answer: &str,
    label: &str,
    open: &Open,
    outside: &HashSet<String>,
) -> Result<String, String> {
    let file =
        syn::parse_file(answer).map_err(|error| format!("the answer is no Rust: {error}"))?;
    let maker = Maker {
        answer,
        label,
        open,
        outside,
        private: private_types(&file.items, outside, open),
        place: Place::First,
        modules: &BTreeSet::new(),
    };
    let mut kept = Vec::new();
    for item in &file.items {
        kept.extend(maker.item(item)?);
    }
    let body = kept.join("\n\n");
    let imports = maker.imports(&file.items, &words_without_path(&body));
    let parts = [maker.header(), imports, body];
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    Ok(parts.join("\n\n") + "\n")
}

/// A file of an answer that has several.
pub struct File {
    /// What it holds, without marker lines.
    pub text: String,
    /// Its module's name.
    pub module: String,
    /// What the stub has of it.
    pub place: Place,
}

/// What a stub has of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// What other code can see. The stub takes the place of this file.
    First,
    /// What users of the first file can see, by its `pub use`. The file is one of its modules.
    Shown,
    /// The same, and the file is a module beside it.
    Beside,
    /// Nothing.
    Inner,
}

/// The stub of a part whose answer has several files. It is one file, in place of the first.
///
/// # Errors
///
/// As for [`of`].
pub fn of_files(
    files: &[File],
    label: &str,
    open: &Open,
    outside: &HashSet<String>,
) -> Result<String, String> {
    let mut parsed = Vec::new();
    for file in files {
        let items = syn::parse_file(&file.text)
            .map_err(|error| format!("{} is no Rust: {error}", file.module))?;
        parsed.push((file, items.items));
    }
    let others = files.iter().filter(|file| file.place != Place::First);
    let modules: BTreeSet<String> = others.map(|file| file.module.clone()).collect();
    let mut private = BTreeSet::new();
    for (file, items) in &parsed {
        private.extend(match file.place {
            Place::Inner => all_types(items),
            _ => private_types(items, outside, open),
        });
    }
    let makers = parsed.iter().filter(|(file, _)| file.place != Place::Inner);
    let makers: Vec<(Maker<'_>, &[Item])> = makers
        .map(|(file, items)| {
            let maker = Maker {
                answer: &file.text,
                label,
                open,
                outside,
                private: private.clone(),
                place: file.place,
                modules: &modules,
            };
            (maker, items.as_slice())
        })
        .collect();
    let mut kept = Vec::new();
    for (maker, items) in &makers {
        for item in *items {
            let Some(text) = maker.item(item)? else {
                continue;
            };
            kept.push(match maker.place {
                Place::First | Place::Beside => text,
                // What it names is here, where it was one module up.
                _ => text.replace("super::", ""),
            });
        }
    }
    let body = kept.join("\n\n");
    let mut used = words_without_path(&body);
    // What is declared here is not imported, as it was in the other files.
    for (_, items) in &makers {
        used = &used - &all_types(items).into_iter().collect();
    }
    let mut imports = Imports::default();
    for (maker, items) in &makers {
        for item in *items {
            if let Item::Use(item) = item
                && !is_of_steps(&item.attrs)
            {
                maker.collect(item, &used, &mut imports);
            }
        }
    }
    let header = makers.first().map(|(maker, _)| maker.header());
    let parts = [header.unwrap_or_default(), imports.text(), body];
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    Ok(parts.join("\n\n") + "\n")
}

/// A text without its anchor lines.
pub fn without_markers(text: &str) -> String {
    let lines = text.lines().filter(|line| Marker::of(line).is_none());
    lines.flat_map(|line| [line, "\n"]).collect()
}

/// Imports from several files, put together: names by where they are from, and how far they are seen.
#[derive(Default)]
struct Imports(BTreeMap<(Rank, String, String), BTreeSet<String>>);

/// The group of an import.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Std,
    Other,
    Crate,
    Public,
}

impl Imports {
    fn add(&mut self, visibility: &str, path: &[String], name: String) {
        let rank = match path.first().map(String::as_str) {
            _ if !visibility.is_empty() => Rank::Public,
            Some("std" | "core" | "alloc") => Rank::Std,
            Some("crate" | "super" | "self") => Rank::Crate,
            _ => Rank::Other,
        };
        let key = (rank, visibility.to_owned(), path.join("::"));
        self.0.entry(key).or_default().insert(name);
    }

    fn text(&self) -> String {
        let mut out = String::new();
        let mut last = None;
        for ((rank, visibility, path), names) in &self.0 {
            if last.is_some_and(|last| last != rank) {
                out.push('\n');
            }
            last = Some(rank);
            // As the rest of the repository writes them: `use std::fmt;` has a line of its own.
            let groups: Vec<Vec<&String>> = match path.contains("::") || *rank != Rank::Std {
                true => vec![names.iter().collect()],
                false => names.iter().map(|name| vec![name]).collect(),
            };
            for group in groups {
                let names: Vec<&str> = group.iter().map(|name| name.as_str()).collect();
                let line = match &names[..] {
                    [name] => format!("{visibility}use {path}::{name};"),
                    _ => format!("{visibility}use {path}::{{{}}};", names.join(", ")),
                };
                match line.len() <= 100 {
                    true => out.push_str(&line),
                    false => {
                        let lines = crate::skeleton::wrap(&(names.join(", ") + ","), 96);
                        let lines = lines.join("\n    ");
                        out.push_str(&format!("{visibility}use {path}::{{\n    {lines}\n}};"));
                    }
                }
                out.push('\n');
            }
        }
        out.trim_end().to_owned()
    }
}

/// Whether an item is there for tests that look inside.
fn is_of_steps(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && attribute
                .meta
                .require_list()
                .is_ok_and(|list| list.tokens.to_string().replace(' ', "") == STEPS)
    })
}

/// The feature that makes the steps of an operation public.
const STEPS: &str = "feature=\"steps\"";

/// The words of a piece of code, comments left out.
pub fn words(code: &str) -> HashSet<String> {
    all_words(code).map(|(word, _)| word.to_owned()).collect()
}

/// The words of a piece of code that have no path in front: an import may be for one of these.
fn words_without_path(code: &str) -> HashSet<String> {
    let bare = all_words(code).filter(|(_, before)| !before.ends_with("::"));
    bare.map(|(word, _)| word.to_owned()).collect()
}

/// Each word, and what stands before it in its line.
fn all_words(code: &str) -> impl Iterator<Item = (&str, &str)> {
    let lines = code.lines().map(str::trim_start);
    let code = lines.filter(|line| !line.starts_with("//"));
    code.flat_map(|line| {
        let pieces = line.split(|c: char| !c.is_alphanumeric() && c != '_');
        let words = pieces.filter(|word| !word.is_empty());
        // A piece of the line begins where it does in the line.
        words.map(move |word| (word, &line[..word.as_ptr().addr() - line.as_ptr().addr()]))
    })
}

struct Maker<'a> {
    answer: &'a str,
    label: &'a str,
    open: &'a Open,
    outside: &'a HashSet<String>,
    /// Types and traits of the part that are not in the stub.
    private: BTreeSet<String>,
    /// What the stub has of the file.
    place: Place,
    /// The other files of the answer.
    modules: &'a BTreeSet<String>,
}

const YOURS: &str =
    "// Yours to replace, as are all private fields and whatever else is not public.";
const ALL_YOURS: &str = "All of this is yours, until the end of the file: what is public has to stay \
                         as it is. Add what you need.";

impl Maker<'_> {
    fn header(&self) -> String {
        let text = format!("{ALL_YOURS} {}", self.open.note.trim());
        let lines = crate::skeleton::wrap(text.trim(), 97);
        lines
            .iter()
            .map(|line| format!("// {line}"))
            .collect::<Vec<_>>()
            .join("\n")
    }

    /// The text of a span.
    fn text(&self, span: Range<usize>) -> &str {
        &self.answer[span]
    }

    /// What stays of an item.
    fn item(&self, item: &Item) -> Result<Option<String>, String> {
        let whole = span_of(item);
        let verbatim = || Ok(Some(self.text(whole.clone()).to_owned()));
        if is_of_steps(attributes(item)) {
            return Ok(None);
        }
        match item {
            Item::Use(_) => Ok(None),
            Item::Mod(item) if self.modules.contains(&item.ident.to_string()) => Ok(None),
            Item::Fn(item) => self.function(item),
            Item::Struct(item) if self.is_kept(&item.vis, &item.ident) => {
                self.structure(item, whole).map(Some)
            }
            Item::Impl(item) => self.implementation(item, whole),
            Item::Enum(syn::ItemEnum { vis, ident, .. })
            | Item::Trait(syn::ItemTrait { vis, ident, .. })
            | Item::Type(syn::ItemType { vis, ident, .. })
            | Item::Const(syn::ItemConst { vis, ident, .. })
            | Item::Static(syn::ItemStatic { vis, ident, .. })
            | Item::Mod(syn::ItemMod { vis, ident, .. })
                if self.is_kept(vis, ident) =>
            {
                verbatim()
            }
            Item::Mod(item) if item.content.is_none() => verbatim(),
            Item::Macro(_) => verbatim(),
            _ => Ok(None),
        }
    }

    fn is_kept(&self, visibility: &Visibility, name: &syn::Ident) -> bool {
        // What `pub(super)` opens is open to the part alone.
        let is_of_part = self.place == Place::Shown
            && matches!(visibility, Visibility::Restricted(seen) if seen.path.is_ident("super"));
        !is_of_part
            && is_seen(visibility, name, self.outside)
            && !is_left_out(visibility, name, self.open)
    }

    /// Whether a function is in the stub: other code can see it, and its signature says nothing of how
    /// the part works.
    fn is_function_kept(
        &self,
        visibility: &Visibility,
        attributes: &[Attribute],
        signature: &Signature,
    ) -> bool {
        self.is_kept(visibility, &signature.ident)
            && !is_of_steps(attributes)
            && (self.modules.is_empty()
                || words(self.text(signature.span().byte_range())).is_disjoint(&self.hidden()))
    }

    /// Whether a field is in the stub. Of a part of several files, so are those that other code reads.
    fn is_field_kept(&self, field: &syn::Field) -> bool {
        let name = field.ident.as_ref();
        let is_read = name.is_some_and(|name| is_seen(&field.vis, name, self.outside));
        matches!(field.vis, Visibility::Public(_))
            || !self.modules.is_empty()
                && is_read
                && words(self.text(field.ty.span().byte_range())).is_disjoint(&self.hidden())
    }

    fn hidden(&self) -> HashSet<String> {
        self.private.iter().cloned().collect()
    }

    fn structure(&self, item: &ItemStruct, whole: Range<usize>) -> Result<String, String> {
        let name = item.ident.to_string();
        let fields: Vec<_> = item.fields.iter().collect();
        let is_private = |field: &&&syn::Field| !self.is_field_kept(field);
        let yours = self.open.fields.get(&name);
        if yours.is_none() {
            let inner = fields.iter().filter(is_private);
            let named = inner.flat_map(|field| words(self.text(field.ty.span().byte_range())));
            let unknown = named.into_iter().find(|word| self.private.contains(word));
            if unknown.is_none() && fields.iter().all(|field| self.is_plain(&field.ty)) {
                return Ok(self.text(whole).to_owned());
            }
            return Err(format!(
                "`{name}` has private fields, and `open.fields` does not say what stands there"
            ));
        }
        let Fields::Named(named) = &item.fields else {
            return Err(format!(
                "`{name}` has fields without names, and `open.fields` names it"
            ));
        };
        let mut out = self
            .text(whole.start..named.brace_token.span.open().byte_range().end)
            .to_owned();
        for field in fields.iter().filter(|field| !is_private(field)) {
            out.push_str(&format!("\n    {},", self.text(span_of(field))));
        }
        out.push_str(&format!("\n    {YOURS}"));
        let yours = yours.map_or("", String::as_str).trim();
        for line in yours.lines() {
            out.push_str(&format!("\n    {}", line.trim()));
        }
        out.push_str(match yours.is_empty() || yours.ends_with(',') {
            true => "\n}",
            false => ",\n}",
        });
        Ok(out)
    }

    /// Whether a type says nothing of how a part works: a word of the language, such as `bool`.
    fn is_plain(&self, ty: &Type) -> bool {
        const PLAIN: [&str; 6] = ["bool", "usize", "u32", "u64", "T", "E"];
        words(self.text(ty.span().byte_range()))
            .iter()
            .all(|word| PLAIN.contains(&word.as_str()))
    }

    fn implementation(
        &self,
        item: &ItemImpl,
        whole: Range<usize>,
    ) -> Result<Option<String>, String> {
        let of = base(&item.self_ty);
        if self.private.contains(&of) {
            return Ok(None);
        }
        let of_trait = item
            .trait_
            .as_ref()
            .and_then(|(path, _)| path.segments.last());
        if let Some(last) = of_trait {
            let name = last.ident.to_string();
            if name == "Drop" || self.private.contains(&name) {
                return Ok(None);
            }
            if item.unsafety.is_some() && !self.open.given_unsafe.contains(&of) {
                return Ok(None);
            }
            if item.unsafety.is_some() {
                let start = self.comment_before(whole.start);
                return Ok(Some(self.text(start..whole.end).to_owned()));
            }
        }
        let mut kept = Vec::new();
        for inner in &item.items {
            match inner {
                ImplItem::Fn(function) => {
                    let (vis, sig) = (&function.vis, &function.sig);
                    if of_trait.is_some() || self.is_function_kept(vis, &function.attrs, sig) {
                        let start = start_of(&function.attrs, span_of(function).start);
                        kept.push(self.hole(start, &function.sig, &function.block, 4)?);
                    }
                }
                ImplItem::Const(constant) if of_trait.is_none() => {
                    if self.is_kept(&constant.vis, &constant.ident) {
                        kept.push(self.text(span_of(constant)).to_owned());
                    }
                }
                other => kept.push(self.text(span_of(other)).to_owned()),
            }
        }
        if kept.is_empty() {
            return Ok(match of_trait.is_some() {
                true => Some(self.text(whole).to_owned()),
                false => None,
            });
        }
        let header = self.text(whole.start..item.brace_token.span.open().byte_range().end);
        Ok(Some(format!("{header}\n    {}\n}}", kept.join("\n\n    "))))
    }

    fn function(&self, item: &ItemFn) -> Result<Option<String>, String> {
        if !self.is_function_kept(&item.vis, &item.attrs, &item.sig) {
            return Ok(None);
        }
        let start = start_of(&item.attrs, span_of(item).start);
        self.hole(start, &item.sig, &item.block, 0).map(Some)
    }

    /// A function with a hole for its body.
    fn hole(
        &self,
        start: usize,
        signature: &Signature,
        block: &Block,
        indent: usize,
    ) -> Result<String, String> {
        let label = self.label;
        let hole = match &signature.output {
            // Neither `todo!` nor its formatting may stand in a `const fn`.
            _ if signature.constness.is_some() => {
                format!("panic!(\"not yet implemented: {label}\")")
            }
            ReturnType::Type(_, ty) => match returned_trait(ty) {
                Some(name) if name == "Future" => format!("async {{ todo!(\"{label}\") }}"),
                Some(name) => {
                    return Err(format!(
                        "`{}` returns `impl {name}`, for which no hole can be made",
                        signature.ident
                    ));
                }
                None => format!("todo!(\"{label}\")"),
            },
            ReturnType::Default => format!("todo!(\"{label}\")"),
        };
        let head = self.text(start..block.brace_token.span.open().byte_range().end);
        let spaces = " ".repeat(indent);
        Ok(format!("{head}\n{spaces}    {hole}\n{spaces}}}"))
    }

    /// Where the comment begins that ends right before this place.
    fn comment_before(&self, mut start: usize) -> usize {
        loop {
            let before = &self.answer[..start];
            let Some(line) = before.trim_end_matches(' ').strip_suffix('\n') else {
                return start;
            };
            let begin = line.rfind('\n').map_or(0, |end| end + 1);
            if !line[begin..].trim_start().starts_with("//") {
                return start;
            }
            start = begin;
        }
    }

    /// The imports that these words need, in the answer's order and groups.
    fn imports(&self, items: &[Item], used: &HashSet<String>) -> String {
        let mut out = String::new();
        let mut last_end = None;
        let mut is_group_over = false;
        for item in items {
            let Item::Use(item) = item else { continue };
            let span = span_of(item);
            if let Some(end) = last_end {
                is_group_over |= self.text(end..span.start).matches('\n').count() > 1;
            }
            last_end = Some(span.end);
            let Some(tree) = used_part(&item.tree, used) else {
                continue;
            };
            if !out.is_empty() {
                out.push_str(if is_group_over { "\n\n" } else { "\n" });
            }
            is_group_over = false;
            out.push_str(&self.import(item, span, &tree));
        }
        out
    }

    fn import(&self, item: &ItemUse, span: Range<usize>, tree: &str) -> String {
        let head = self.text(span.start..item.tree.span().byte_range().start);
        format!("{head}{tree};")
    }
}

impl Maker<'_> {
    /// Adds what is used of an import, seen from the first file.
    fn collect(&self, item: &ItemUse, used: &HashSet<String>, imports: &mut Imports) {
        let mut leaves = Vec::new();
        leaves_of(&item.tree, &mut Vec::new(), &mut leaves);
        let visibility = match &item.vis {
            Visibility::Inherited => String::new(),
            seen => format!("{} ", self.text(span_of(seen))),
        };
        for (mut path, name, known_as) in leaves {
            if self.place == Place::Shown && path.first().is_some_and(|first| first == "super") {
                path.remove(0);
            }
            let is_of_part = match path.first().map(String::as_str) {
                None => true,
                Some("crate" | "super") => path
                    .get(1)
                    .is_some_and(|module| self.modules.contains(module)),
                Some(module) => self.modules.contains(module),
            };
            // What a given module declares is handed on, whether or not the stub itself names it.
            let is_public = matches!(item.vis, Visibility::Public(_));
            let is_used = is_public || known_as == "*" || used.contains(&known_as);
            if !is_of_part && is_used {
                imports.add(&visibility, &path, name);
            }
        }
    }
}

/// The names that an import makes known: each with its path, how the import writes it, and the word that
/// it is known by.
fn leaves_of(
    tree: &UseTree,
    path: &mut Vec<String>,
    leaves: &mut Vec<(Vec<String>, String, String)>,
) {
    match tree {
        UseTree::Path(inner) => {
            path.push(inner.ident.to_string());
            leaves_of(&inner.tree, path, leaves);
            path.pop();
        }
        UseTree::Name(name) if name.ident == "self" => {
            // `use std::fmt::{self}` is `use std::fmt`.
            if let Some((last, before)) = path.split_last() {
                leaves.push((before.to_vec(), last.clone(), last.clone()));
            }
        }
        UseTree::Name(name) => {
            let name = name.ident.to_string();
            leaves.push((path.clone(), name.clone(), name));
        }
        UseTree::Rename(name) => leaves.push((
            path.clone(),
            format!("{} as {}", name.ident, name.rename),
            name.rename.to_string(),
        )),
        UseTree::Glob(_) => leaves.push((path.clone(), "*".to_owned(), "*".to_owned())),
        UseTree::Group(group) => {
            for tree in &group.items {
                leaves_of(tree, path, leaves);
            }
        }
    }
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

/// The part of an import whose names are used.
fn used_part(tree: &UseTree, used: &HashSet<String>) -> Option<String> {
    match tree {
        UseTree::Path(path) => {
            let rest = used_part(&path.tree, used)?;
            Some(format!("{}::{rest}", path.ident))
        }
        UseTree::Name(name) => {
            let name = name.ident.to_string();
            used.contains(&name).then_some(name)
        }
        UseTree::Rename(name) => {
            let is_used = used.contains(&name.rename.to_string());
            is_used.then(|| format!("{} as {}", name.ident, name.rename))
        }
        UseTree::Glob(_) => Some("*".to_owned()),
        UseTree::Group(group) => {
            let parts = group.items.iter().filter_map(|tree| used_part(tree, used));
            let parts: Vec<String> = parts.collect();
            match &parts[..] {
                [] => None,
                [only] => Some(only.clone()),
                _ => Some(format!("{{{}}}", parts.join(", "))),
            }
        }
    }
}

/// The types and traits that the stub does not declare.
fn private_types(items: &[Item], outside: &HashSet<String>, open: &Open) -> BTreeSet<String> {
    let types = types(items).filter(|(visibility, name)| {
        !is_seen(visibility, name, outside) || is_left_out(visibility, name, open)
    });
    types.map(|(_, name)| name.to_string()).collect()
}

/// All types and traits.
fn all_types(items: &[Item]) -> BTreeSet<String> {
    types(items).map(|(_, name)| name.to_string()).collect()
}

fn types(items: &[Item]) -> impl Iterator<Item = (&Visibility, &syn::Ident)> {
    items.iter().filter_map(|item| {
        Some(match item {
            Item::Struct(item) => (&item.vis, &item.ident),
            Item::Enum(item) => (&item.vis, &item.ident),
            Item::Union(item) => (&item.vis, &item.ident),
            Item::Type(item) => (&item.vis, &item.ident),
            Item::Trait(item) => (&item.vis, &item.ident),
            _ => return None,
        })
    })
}

/// Whether code outside of the part can name an item, and does if it is of the same crate.
fn is_seen(visibility: &Visibility, name: &syn::Ident, outside: &HashSet<String>) -> bool {
    match visibility {
        Visibility::Public(_) => true,
        Visibility::Restricted(_) => outside.contains(&name.to_string()),
        Visibility::Inherited => false,
    }
}

/// Whether an item is not of the stub though its name occurs outside of the part.
fn is_left_out(visibility: &Visibility, name: &syn::Ident, open: &Open) -> bool {
    let is_public = matches!(visibility, Visibility::Public(_));
    !is_public && open.left_out.contains(&name.to_string())
}

/// The trait of `impl Trait`.
fn returned_trait(ty: &Type) -> Option<String> {
    let Type::ImplTrait(found) = ty else {
        return None;
    };
    found.bounds.iter().find_map(|bound| match bound {
        syn::TypeParamBound::Trait(bound) => bound
            .path
            .segments
            .last()
            .map(|last| last.ident.to_string()),
        _ => None,
    })
}

/// The name of a type, its arguments and references left out.
fn base(ty: &Type) -> String {
    match ty {
        Type::Path(path) => path
            .path
            .segments
            .last()
            .map_or(String::new(), |last| last.ident.to_string()),
        Type::Reference(reference) => base(&reference.elem),
        _ => String::new(),
    }
}

fn span_of(node: &impl Spanned) -> Range<usize> {
    node.span().byte_range()
}

fn start_of(attributes: &[Attribute], start: usize) -> usize {
    attributes
        .first()
        .map_or(start, |first| span_of(first).start.min(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANSWER: &str = "\
use std::collections::VecDeque;
use std::fmt::{self, Debug};

use crate::{Inner, Outer};

/// A queue.
pub struct Queue<T> {
    /// How many fit.
    pub room: usize,
    /// How it works.
    values: Inner<VecDeque<T>>,
}

/// Told to all.
#[derive(Debug)]
pub struct Told(bool);

/// How it works.
struct Cell;

pub(crate) struct Used(u32);

// SAFETY: of how it works.
unsafe impl<T: Send> Sync for Queue<T> {}

impl<T> Queue<T> {
    /// An empty one.
    pub const fn new() -> Queue<T> {
        Queue { room: 0, values: Inner::new() }
    }

    // Ours.
    fn look(&self) {}

    /// Waits.
    #[inline]
    pub async fn pop(&self, outer: Outer) -> T {
        self.look();
        outer.pop().await
    }

    /// Also waits.
    pub fn later(&self) -> impl Future<Output = T> {
        self.pop(Outer)
    }
}

impl Cell {
    pub fn see(&self) {}
}

impl<T> Drop for Queue<T> {
    fn drop(&mut self) {}
}

impl<T> Debug for Queue<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(\"Queue\")
    }
}

impl<T> Unpin for Queue<T> {}

pub(crate) fn used() {}

pub(crate) fn unused() {}

/// What can go wrong.
pub mod error {
    pub struct Full;
}
";

    const STUB: &str = "\
// All of this is yours, until the end of the file: what is public has to stay as it is. Add what
// you need. Mind the gap.

use std::fmt::{self, Debug};

use crate::Outer;

/// A queue.
pub struct Queue<T> {
    /// How many fit.
    pub room: usize,
    // Yours to replace, as are all private fields and whatever else is not public.
    values: Option<T>,
}

/// Told to all.
#[derive(Debug)]
pub struct Told(bool);

impl<T> Queue<T> {
    /// An empty one.
    pub const fn new() -> Queue<T> {
        panic!(\"not yet implemented: 1.9 queue\")
    }

    /// Waits.
    #[inline]
    pub async fn pop(&self, outer: Outer) -> T {
        todo!(\"1.9 queue\")
    }

    /// Also waits.
    pub fn later(&self) -> impl Future<Output = T> {
        async { todo!(\"1.9 queue\") }
    }
}

impl<T> Debug for Queue<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        todo!(\"1.9 queue\")
    }
}

impl<T> Unpin for Queue<T> {}

pub(crate) fn used() {
    todo!(\"1.9 queue\")
}

/// What can go wrong.
pub mod error {
    pub struct Full;
}
";

    fn open() -> Open {
        let fields = [("Queue".to_owned(), "values: Option<T>".to_owned())];
        Open {
            note: "Mind the gap.".to_owned(),
            fields: fields.into(),
            given_unsafe: Vec::new(),
            left_out: Vec::new(),
        }
    }

    #[test]
    fn a_stub_declares_what_other_code_can_see() {
        let outside = words("fn other() { used() } // unused()\n// unused()");
        let outside = &outside - &words("unused");
        assert_eq!(of(ANSWER, "1.9 queue", &open(), &outside).unwrap(), STUB);
    }

    #[test]
    fn an_unsafe_impl_may_be_given_with_its_reason() {
        let open = Open {
            given_unsafe: vec!["Queue".to_owned()],
            ..open()
        };
        let stub = of(ANSWER, "1.9 queue", &open, &HashSet::new()).unwrap();
        let given = "\n// SAFETY: of how it works.\nunsafe impl<T: Send> Sync for Queue<T> {}\n";
        assert!(stub.contains(given), "{stub}");
        assert!(!stub.contains("fn used"), "{stub}");
    }

    #[test]
    fn fields_that_nothing_stands_for_are_named() {
        let problem = of(ANSWER, "1.9 queue", &Open::default(), &HashSet::new()).unwrap_err();
        assert!(
            problem.starts_with("`Queue` has private fields"),
            "{problem}"
        );
    }

    #[test]
    fn the_stub_of_several_files_is_one_file() {
        let file = |module: &str, place, text: &str| File {
            text: text.to_owned(),
            module: module.to_owned(),
            place,
        };
        let files = [
            file(
                "pair",
                Place::First,
                "mod left;\nmod word;\npub mod error;\n\nuse std::fmt;\n\n\
                 use word::Word;\n\npub use left::Left;\n\n/// Makes one.\n\
                 pub fn pair() -> Left {\n    Left::new(Word)\n}\n\n\
                 fn show(f: &mut fmt::Formatter<'_>) {}\n",
            ),
            file(
                "left",
                Place::Shown,
                "use std::fmt::{self, Debug};\nuse std::task::{Context, Waker};\n\n\
                 use super::error::Gone;\nuse super::word::Word;\nuse crate::pair::Pair;\n\n\
                 /// See [`Pair`](super::Pair).\npub struct Left {\n    pub(super) seen: u32,\n    \
                 word: Word,\n}\n\nimpl Left {\n    pub(super) fn new(word: Word) -> Left {\n        \
                 Left { seen: 0, word }\n    }\n\n    pub fn ask(&self, cx: &mut Context<'_>) -> \
                 Result<(), Gone> {\n        Ok(())\n    }\n\n    \
                 #[cfg(feature = \"steps\")]\n    pub fn step(&self) {}\n}\n\n\
                 impl fmt::Debug for Left {\n    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> \
                 fmt::Result {\n        Ok(())\n    }\n}\n\nimpl Drop for Left {\n    \
                 fn drop(&mut self) {}\n}\n\npub struct Pair;\n",
            ),
            file("word", Place::Inner, "pub struct Word;\n"),
        ];
        let open = Open {
            fields: [("Left".to_owned(), String::new())].into(),
            ..Open::default()
        };
        let expected = "\
// All of this is yours, until the end of the file: what is public has to stay as it is. Add what
// you need.

use std::fmt;
use std::task::Context;

use error::Gone;

pub mod error;

/// Makes one.
pub fn pair() -> Left {
    todo!(\"1.9 pair\")
}

/// See [`Pair`](Pair).
pub struct Left {
    pub(super) seen: u32,
    // Yours to replace, as are all private fields and whatever else is not public.
}

impl Left {
    pub fn ask(&self, cx: &mut Context<'_>) -> Result<(), Gone> {
        todo!(\"1.9 pair\")
    }
}

impl fmt::Debug for Left {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        todo!(\"1.9 pair\")
    }
}

pub struct Pair;
";
        let outside = words("fn other(left: &Left) -> u32 { left.seen + new() }");
        let stub = of_files(&files, "1.9 pair", &open, &outside).unwrap();
        assert_eq!(stub, expected);
    }

    #[test]
    fn a_returned_trait_without_a_hole_is_named() {
        let answer = "pub fn all() -> impl Iterator<Item = u32> { 0..3 }";
        let problem = of(answer, "1.9 queue", &open(), &HashSet::new()).unwrap_err();
        assert!(
            problem.contains("`all` returns `impl Iterator`"),
            "{problem}"
        );
    }
}
