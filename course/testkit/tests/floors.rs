//! The kit's modules stand on one another in one direction: no module uses another that uses it.

// It reads files, which takes Miri minutes and tells it nothing.
#![cfg(not(miri))]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// From the ground up, as `lib.rs` has them. Those on one floor do not know each other.
const FLOORS: [&[&str]; 6] = [
    &["words"],
    &["watch"],
    &["check"],
    &["observe"],
    &["stage"],
    &["interleave", "memory"],
];

/// For each module, such as `words::task`, those that it names.
type Uses = BTreeMap<String, BTreeSet<String>>;

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| match path.is_dir() {
            true => files_below(&path),
            false => vec![path],
        })
        .collect()
}

/// Reads `crate::words::task::Task` as a use of `words::task`.
fn uses() -> Uses {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let sources: BTreeMap<String, String> = files_below(&src)
        .into_iter()
        .map(|file| {
            let inner = file.strip_prefix(&src).unwrap().with_extension("");
            let parts: Vec<_> = inner.iter().map(|part| part.to_str().unwrap()).collect();
            (parts.join("::"), fs::read_to_string(&file).unwrap())
        })
        .filter(|(module, _)| module != "lib")
        .collect();
    let module_of = |path: &str| {
        let parts: Vec<&str> = path.split("::").collect();
        let both = parts[..2.min(parts.len())].join("::");
        [both.as_str(), parts[0]]
            .into_iter()
            .find(|name| sources.contains_key(*name))
            .map(str::to_owned)
    };
    let named = |text: &str| -> BTreeSet<String> {
        let code = text
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"));
        code.flat_map(|line| line.split("crate::").skip(1))
            .filter_map(|path| {
                let end = path.find(|char: char| !(char.is_alphanumeric() || "_:".contains(char)));
                module_of(path[..end.unwrap_or(path.len())].trim_end_matches("::"))
            })
            .collect()
    };
    let uses = sources
        .iter()
        .map(|(module, text)| (module.clone(), named(text)));
    uses.collect()
}

fn floor(module: &str) -> usize {
    let top = module.split("::").next().unwrap();
    let floor = FLOORS.iter().position(|floor| floor.contains(&top));
    floor.unwrap_or_else(|| panic!("{module} is on no floor: say on which"))
}

#[test]
fn no_module_uses_one_on_a_floor_above() {
    let mut seen = 0;
    for (module, used) in uses() {
        for other in used {
            let tops = [&module, &other].map(|name| name.split("::").next().unwrap().to_owned());
            let is_inside = tops[0] == tops[1];
            assert!(
                is_inside || floor(&other) < floor(&module),
                "{module} uses {other}, which does not lie below it"
            );
            seen += 1;
        }
    }
    assert!(50 < seen, "only {seen} uses were found: are they read?");
}

#[test]
fn no_module_is_in_a_circle() {
    let mut uses = uses();
    for (module, used) in &mut uses {
        // A folder's own file names its modules to hand them on.
        used.remove(module);
    }
    while let Some(module) = uses
        .iter()
        .find(|(_, used)| used.is_empty())
        .map(|(name, _)| name.clone())
    {
        uses.remove(&module);
        for used in uses.values_mut() {
            used.remove(&module);
        }
    }
    assert!(
        uses.is_empty(),
        "modules in a circle, or on top of one: {uses:#?}"
    );
}
