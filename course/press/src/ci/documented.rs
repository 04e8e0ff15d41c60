//! An example on each public type of the solutions, in its own documentation.
//!
//! A reader who looks a type up wants to see it in use, and a program that is built and run with the other tests cannot
//! be out of date. What counts is read from the sources: a type is public if a path of public modules leads to
//! it, or if a `pub use` of its crate names it. What is `#[doc(hidden)]` is for tests, and does without.

use std::collections::BTreeSet;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use course::course::Course;
use course::problem::{Problem, Result};
use syn::{Attribute, Expr, Item, Lit, Meta, UseTree, Visibility};

use super::Step;
use crate::solutions;

/// Compares all types of all solutions.
///
/// # Errors
///
/// If a source cannot be read, or is no Rust.
pub fn run(course: &Course) -> Result<Step> {
    let (mut types, mut without) = (0, Vec::new());
    for solution in solutions::all(course)? {
        for root in ["src/lib.rs", "macros/src/lib.rs"] {
            let root = solution.folder.join(root);
            if root.is_file() {
                let found = Crate::read(&root)?;
                types += found.public().count();
                without.extend(found.public().filter(|found| !found.has_example).cloned());
            }
        }
    }
    if without.is_empty() {
        return Ok(Step::Passed(Some(format!(
            "{types} public types, and an example on each"
        ))));
    }
    let list: Vec<String> = without
        .iter()
        .map(|found| {
            let file = found.file.strip_prefix(&course.root).unwrap_or(&found.file);
            format!("   `{found}` in {}", file.display())
        })
        .collect();
    Ok(Step::Failed(format!(
        "{} of {types} public types have no example in their documentation:\n{}\n\
         Put `/// # Examples` at its end, and below it a program in a fence of three backticks that shows the type in \
         use; or hide a type that is for tests only with `#[doc(hidden)]`",
        without.len(),
        list.join("\n")
    )))
}

/// A type, as its source has it.
#[derive(Clone, Debug)]
struct Found {
    name: String,
    file: PathBuf,
    /// A path of public modules leads to it.
    is_reached: bool,
    has_example: bool,
}

/// What has been found in one crate.
#[derive(Debug, Default)]
struct Crate {
    types: Vec<Found>,
    /// All that a `pub use` names.
    handed_on: BTreeSet<String>,
}

/// The module that is being read.
struct Module<'a> {
    file: &'a Path,
    /// Where the files of its modules are.
    folder: PathBuf,
    is_public: bool,
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl Crate {
    /// Reads the crate with this root.
    fn read(root: &Path) -> Result<Crate> {
        let mut found = Crate::default();
        let folder = root.parent().unwrap_or(Path::new("")).to_owned();
        found.file(root, folder, true)?;
        Ok(found)
    }

    /// The types that a reader of the documentation sees.
    fn public(&self) -> impl Iterator<Item = &Found> {
        self.types
            .iter()
            .filter(|found| found.is_reached || self.handed_on.contains(&found.name))
    }

    fn file(&mut self, file: &Path, folder: PathBuf, is_public: bool) -> Result<()> {
        let problem = |why: &dyn fmt::Display| {
            Problem::new(
                format!("{}: {why}", file.display()),
                "The public types of the solutions are counted in their sources",
            )
        };
        let text = fs::read_to_string(file).map_err(|error| problem(&error))?;
        let parsed = syn::parse_file(&text).map_err(|error| problem(&error))?;
        let module = Module {
            file,
            folder,
            is_public,
        };
        self.items(&parsed.items, &module)
    }

    fn items(&mut self, items: &[Item], module: &Module<'_>) -> Result<()> {
        for item in items {
            match item {
                Item::Struct(item) => self.found(&item.ident, &item.vis, &item.attrs, module),
                Item::Enum(item) => self.found(&item.ident, &item.vis, &item.attrs, module),
                Item::Union(item) => self.found(&item.ident, &item.vis, &item.attrs, module),
                Item::Use(item) if is_public(&item.vis) && !is_hidden(&item.attrs) => {
                    names(&item.tree, &mut self.handed_on);
                }
                Item::Mod(item) if !is_hidden(&item.attrs) && !is_for_tests(&item.attrs) => {
                    let name = item.ident.to_string();
                    let is_public = module.is_public && is_public(&item.vis);
                    let folder = module.folder.join(&name);
                    match &item.content {
                        Some((_, items)) => {
                            let inner = Module {
                                file: module.file,
                                folder,
                                is_public,
                            };
                            self.items(items, &inner)?;
                        }
                        None => {
                            let file = path_of(&item.attrs)
                                .map(|path| module.folder.join(path))
                                .unwrap_or_else(|| folder.with_extension("rs"));
                            self.file(&file, folder, is_public)?;
                        }
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn found(
        &mut self,
        name: &syn::Ident,
        visibility: &Visibility,
        attributes: &[Attribute],
        module: &Module<'_>,
    ) {
        if is_public(visibility) && !is_hidden(attributes) {
            self.types.push(Found {
                name: name.to_string(),
                file: module.file.to_owned(),
                is_reached: module.is_public,
                has_example: has_example(attributes),
            });
        }
    }
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

/// Whether there is `#[doc(hidden)]`.
fn is_hidden(attributes: &[Attribute]) -> bool {
    says(attributes, "doc", "hidden")
}

/// Whether it is there for tests or a model only: `#[cfg(test)]`, `#[cfg(loom)]`, or the feature `steps`.
fn is_for_tests(attributes: &[Attribute]) -> bool {
    ["test", "loom", "feature = \"steps\""]
        .iter()
        .any(|cfg| says(attributes, "cfg", cfg))
}

/// Whether there is an attribute `#[name(argument)]`.
fn says(attributes: &[Attribute], name: &str, argument: &str) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        Meta::List(list) => list.path.is_ident(name) && list.tokens.to_string() == argument,
        _ => false,
    })
}

/// The value of an attribute `#[name = "value"]`.
fn value<'a>(attribute: &'a Attribute, name: &str) -> Option<&'a syn::LitStr> {
    let Meta::NameValue(pair) = &attribute.meta else {
        return None;
    };
    match &pair.value {
        Expr::Lit(literal) if pair.path.is_ident(name) => match &literal.lit {
            Lit::Str(text) => Some(text),
            _ => None,
        },
        _ => None,
    }
}

/// Of `#[path = "…"]`.
fn path_of(attributes: &[Attribute]) -> Option<String> {
    let mut paths = attributes
        .iter()
        .filter_map(|attribute| value(attribute, "path"));
    paths.next().map(syn::LitStr::value)
}

/// Whether a documentation has a fence with Rust in it that is at least compiled.
fn has_example(attributes: &[Attribute]) -> bool {
    let mut is_inside = false;
    for line in attributes
        .iter()
        .filter_map(|attribute| value(attribute, "doc"))
    {
        let line = line.value();
        let Some(language) = line.trim_start().strip_prefix("```") else {
            continue;
        };
        if !is_inside && is_compiled(language) {
            return true;
        }
        is_inside = !is_inside;
    }
    false
}

/// Whether rustdoc makes a test of a fence with these words.
fn is_compiled(language: &str) -> bool {
    let mut words = language.split(',').map(str::trim);
    words.all(|word| {
        matches!(
            word,
            "" | "rust" | "no_run" | "should_panic" | "compile_fail"
        )
    })
}

/// The names under which a `use` hands things on.
fn names(tree: &UseTree, into: &mut BTreeSet<String>) {
    match tree {
        UseTree::Path(path) => names(&path.tree, into),
        UseTree::Group(group) => group.items.iter().for_each(|tree| names(tree, into)),
        UseTree::Name(name) => {
            into.insert(name.ident.to_string());
        }
        UseTree::Rename(rename) => {
            into.insert(rename.ident.to_string());
        }
        UseTree::Glob(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOT: &str = r#"
        mod inner;
        pub mod open {
            /// It is here, and says nothing more.
            pub struct Bare;
            struct Private;
            #[doc(hidden)]
            pub struct Hidden;
        }
        #[doc(hidden)]
        pub mod steps {
            pub struct ForTests;
        }
        pub use inner::{Shown, drawn as painted};
    "#;

    const INNER: &str = r#"
        /// # Examples
        ///
        /// ```
        /// assert_eq!(1, 1);
        /// ```
        pub struct Shown;
        /// ```text
        ///   a picture
        /// ```
        pub enum Unnamed {}
    "#;

    fn read(root: &str, inner: &str) -> Crate {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("lib.rs"), root).unwrap();
        fs::write(folder.path().join("inner.rs"), inner).unwrap();
        Crate::read(&folder.path().join("lib.rs")).unwrap()
    }

    fn seen(found: &Crate) -> Vec<(&str, bool)> {
        let types = found.public();
        types
            .map(|found| (found.name.as_str(), found.has_example))
            .collect()
    }

    #[test]
    fn a_type_counts_if_a_reader_sees_it() {
        assert_eq!(seen(&read(ROOT, INNER)), [("Shown", true), ("Bare", false)]);
    }

    #[test]
    fn a_picture_is_no_example() {
        let root = ROOT.replace("{Shown,", "{Shown, Unnamed,");
        let found = read(&root, INNER);
        assert_eq!(
            seen(&found),
            [("Shown", true), ("Unnamed", false), ("Bare", false)]
        );
    }

    #[test]
    fn what_is_never_compiled_is_no_example() {
        let ignored = INNER.replace(
            "/// ```\n        /// assert",
            "/// ```ignore\n        /// assert",
        );
        assert_eq!(seen(&read(ROOT, &ignored))[0], ("Shown", false));
    }
}
