//! The packages whose tests are run.

use std::fs;
use std::path::{Path, PathBuf};

use course::course::Course;
use course::files;
use course::problem::{Problem, Result};
use toml::{Table, Value};

/// A package of the workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Its name.
    pub name: String,
    /// The name of its library.
    pub lib: String,
    /// Its folder, where cargo runs its tests.
    pub folder: PathBuf,
}

/// What a reader edits: `cargo course check` tests it.
const READERS: &str = "chapters/";
/// Packages of authors: this one, and the one that this is run from.
const OURS: [&str; 2] = ["course/press", "course/start"];

/// The reader's program.
const ALONE: &str = "course";

/// All members of the workspace that are tested here, in their order.
///
/// # Errors
///
/// If a manifest cannot be read.
pub fn tested(course: &Course) -> Result<Vec<Member>> {
    let root = load(&course.root.join("Cargo.toml"))?;
    let members = root.get("workspace").and_then(|it| it.get("members"));
    let members = members.and_then(Value::as_array).into_iter().flatten();
    members
        .filter_map(Value::as_str)
        .filter(|folder| !folder.starts_with(READERS) && !OURS.contains(folder))
        .map(|folder| member(course.root.join(folder)))
        .collect()
}

fn member(folder: PathBuf) -> Result<Member> {
    let manifest = load(&folder.join("Cargo.toml"))?;
    let name_in = |section: &str| {
        let name = manifest.get(section)?.get("name")?;
        name.as_str().map(str::to_owned)
    };
    let name = name_in("package").unwrap_or_default();
    Ok(Member {
        lib: name_in("lib").unwrap_or_else(|| name.replace('-', "_")),
        name,
        folder,
    })
}

fn load(path: &Path) -> Result<Table> {
    let text = fs::read_to_string(path).map_err(|error| files::unreadable(path, &error))?;
    text.parse().map_err(|error: toml::de::Error| {
        Problem::new(
            format!("{} cannot be read: {}", path.display(), error.message()),
            "Mend it",
        )
    })
}

/// The packages in groups that are built one after another. The reader's program is built alone, as it was
/// for us: in company its dependencies would have other features, and be built twice. And no group has
/// two libraries of one name: cargo would write both to one file, and says so.
pub fn groups(members: &[Member]) -> Vec<Vec<&Member>> {
    let mut groups: Vec<Vec<&Member>> = Vec::new();
    for member in members {
        let is_free = |group: &&mut Vec<&Member>| {
            let mut others = group.iter();
            others
                .all(|other| other.lib != member.lib && other.name != ALONE && member.name != ALONE)
        };
        match groups.iter_mut().find(is_free) {
            Some(group) => group.push(member),
            None => groups.push(vec![member]),
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(name: &str, lib: &str) -> Member {
        Member {
            name: name.to_owned(),
            lib: lib.to_owned(),
            folder: PathBuf::new(),
        }
    }

    #[test]
    fn two_libraries_of_one_name_are_built_apart() {
        let members = [
            member("current-thread", "current_thread"),
            member("locks", "locks"),
            member("two-threads", "current_thread"),
            member("course", "course"),
            member("testkit", "testkit"),
        ];
        let groups = groups(&members);
        let names: Vec<Vec<&str>> = groups
            .iter()
            .map(|group| group.iter().map(|member| member.name.as_str()).collect())
            .collect();
        assert_eq!(
            names,
            [
                vec!["current-thread", "locks", "testkit"],
                vec!["two-threads"],
                vec!["course"]
            ]
        );
    }
}
