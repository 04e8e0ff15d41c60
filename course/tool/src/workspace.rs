//! Generated workspaces: cargo manifests for sources that stand elsewhere.
//!
//! `cargo course mine` and `cargo press prove` build a chapter's source in other company than the
//! repository's own workspace does: on the reader's own earlier chapters, or with one exercise
//! changed. Only manifests are written for that; tests, examples and (for `mine`) sources stay
//! where they are, so errors name the files that one edits.

use std::fs;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

use crate::cargo::Part;
use crate::course::{Course, PROGRAMS};
use crate::files::{unreadable, unwritable, write_file};
use crate::problem::{Problem, Result};

/// A package of a generated workspace.
#[derive(Clone, Debug)]
pub struct Package {
    /// Its name, and its folder in the workspace.
    pub name: String,
    /// Its library's name.
    pub lib: String,
    /// The library's `lib.rs`.
    pub source: PathBuf,
    /// The folder of the package whose dependencies and lints it takes.
    pub like: PathBuf,
    /// Its test targets: names and files.
    pub tests: Vec<(String, PathBuf)>,
    /// Its examples: names and files.
    pub examples: Vec<(String, PathBuf)>,
    /// Dependencies that are other packages of the workspace: the crate, and the package.
    pub stands_on: Vec<(String, String)>,
}

impl Package {
    /// What it is built from.
    pub fn part(&self) -> Part {
        let source = self.source.parent().unwrap_or(&self.source);
        let beside = ["tests", "examples", PROGRAMS].map(|folder| self.like.join(folder));
        // Those of a variant are its own.
        let programs = source.with_file_name(PROGRAMS);
        Part {
            package: self.name.clone(),
            sources: [source.to_owned(), programs]
                .into_iter()
                .chain(beside)
                .collect(),
        }
    }
}

/// A program with a workspace of its own in the repository, which is built on packages of a generated one instead.
#[derive(Clone, Debug)]
pub struct Program {
    /// Its package, and its folder in the generated workspace.
    pub name: String,
    /// The folder of its package in the repository, with its lock file.
    pub folder: PathBuf,
}

/// Writes the workspace into `folder`. Files that would not change are left alone, so that cargo
/// has nothing to do the second time.
///
/// # Errors
///
/// If a manifest cannot be read, or a file not written.
pub fn write(course: &Course, folder: &Path, packages: &[Package], debug: Debug) -> Result<()> {
    write_all(course, folder, packages, None, debug)
}

/// The same with a program on top, and with the program's lock file.
///
/// # Errors
///
/// As [`write()`].
pub fn write_below(
    course: &Course,
    folder: &Path,
    packages: &[Package],
    program: &Program,
    debug: Debug,
) -> Result<()> {
    let manifest = manifest_of_program(program, packages)?;
    let path = folder.join(&program.name).join("Cargo.toml");
    write_if_changed(&path, &manifest.to_string())?;
    write_all(course, folder, packages, Some(program), debug)
}

fn write_all(
    course: &Course,
    folder: &Path,
    packages: &[Package],
    program: Option<&Program>,
    debug: Debug,
) -> Result<()> {
    let root = load(&course.root.join("Cargo.toml"))?;
    let names = packages.iter().map(|package| &package.name);
    let members: Vec<&String> = names.chain(program.map(|program| &program.name)).collect();
    let manifest = root_manifest(course, root, &members, debug);
    write_if_changed(&folder.join("Cargo.toml"), &manifest.to_string())?;
    for package in packages {
        let manifest = manifest_of(package)?;
        let path = folder.join(&package.name).join("Cargo.toml");
        write_if_changed(&path, &manifest.to_string())?;
    }
    // The same versions of everything; cargo drops what is not needed here.
    let locked = program.map_or(&course.root, |program| &program.folder);
    let lock = locked.join("Cargo.lock");
    let copy = folder.join("Cargo.lock");
    let remembered = folder.join("Cargo.lock.copied");
    let text = fs::read_to_string(&lock).unwrap_or_default();
    if fs::read_to_string(&remembered).ok().as_ref() != Some(&text) || !copy.exists() {
        write_file(&copy, &text)?;
        write_file(&remembered, &text)?;
    }
    Ok(())
}

/// Whether the programs of a workspace carry what a debugger needs. Without, they are linked in
/// half the time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Debug {
    /// As the repository's workspace says.
    Full,
    /// Nothing.
    None,
}

/// Writes a file unless it holds this text already.
///
/// # Errors
///
/// If it cannot be written.
pub fn write_if_changed(path: &Path, text: &str) -> Result<()> {
    match fs::read_to_string(path) {
        Ok(present) if present == text => Ok(()),
        _ => write_file(path, text),
    }
}

fn root_manifest(course: &Course, root: Table, members: &[&String], debug: Debug) -> Table {
    let mut workspace = match root.get("workspace") {
        Some(Value::Table(workspace)) => workspace.clone(),
        _ => Table::new(),
    };
    let members = members.iter().map(|&member| member.clone().into());
    workspace.insert("members".into(), Value::Array(members.collect()));
    workspace.remove("default-members");
    workspace.remove("exclude");
    if let Some(Value::Table(dependencies)) = workspace.get_mut("dependencies") {
        make_absolute(dependencies, &course.root);
    }
    let mut manifest = Table::new();
    manifest.insert("workspace".into(), workspace.into());
    let mut profiles = match root.get("profile") {
        Some(Value::Table(profiles)) => profiles.clone(),
        _ => Table::new(),
    };
    if debug == Debug::None {
        for name in ["dev", "release"] {
            let profile = profiles.entry(name).or_insert(Table::new().into());
            if let Value::Table(profile) = profile {
                profile.insert("debug".into(), false.into());
                profile.insert("incremental".into(), false.into());
            }
        }
    }
    manifest.insert("profile".into(), profiles.into());
    manifest
}

fn manifest_of(package: &Package) -> Result<Table> {
    let like = load(&package.like.join("Cargo.toml"))?;
    let mut manifest = Table::new();
    let mut about = match like.get("package") {
        Some(Value::Table(about)) => about.clone(),
        _ => Table::new(),
    };
    let own_name = like.get("package").and_then(|own| own.get("name"));
    let own_name = own_name.and_then(Value::as_str).unwrap_or_default();
    about.insert("name".into(), package.name.clone().into());
    about.remove("description");
    for discovery in ["autobins", "autobenches", "autoexamples", "autotests"] {
        about.insert(discovery.into(), false.into());
    }
    manifest.insert("package".into(), about.into());

    let mut lib = Table::new();
    lib.insert("name".into(), package.lib.clone().into());
    lib.insert("path".into(), text(&package.source));
    for off in ["test", "doctest", "doc"] {
        lib.insert(off.into(), false.into());
    }
    manifest.insert("lib".into(), lib.into());

    for section in [
        "dependencies",
        "dev-dependencies",
        "build-dependencies",
        "target",
    ] {
        // Nothing else is built with those.
        let has_use = section != "dev-dependencies"
            || !package.tests.is_empty()
            || !package.examples.is_empty();
        if let Some(Value::Table(dependencies)) = like.get(section).filter(|_| has_use) {
            let mut dependencies = dependencies.clone();
            redirect_to_itself(&mut dependencies, own_name, &package.name);
            make_absolute(&mut dependencies, &package.like);
            redirect(&mut dependencies, &package.stands_on);
            manifest.insert(section.into(), dependencies.into());
        }
    }
    for section in ["features", "lints"] {
        if let Some(value) = like.get(section) {
            manifest.insert(section.into(), value.clone());
        }
    }
    for (section, targets) in [("test", &package.tests), ("example", &package.examples)] {
        let targets = targets.iter().map(|(name, path)| {
            let mut target = Table::new();
            target.insert("name".into(), name.clone().into());
            target.insert("path".into(), text(path));
            target.into()
        });
        manifest.insert(section.into(), Value::Array(targets.collect()));
    }
    Ok(manifest)
}

/// The program's own manifest, but for the workspace, for where its sources are, and for what it is built on.
fn manifest_of_program(program: &Program, packages: &[Package]) -> Result<Table> {
    let mut manifest = load(&program.folder.join("Cargo.toml"))?;
    for of_the_root in ["workspace", "profile"] {
        manifest.remove(of_the_root);
    }
    let mut target = Table::new();
    target.insert("name".into(), program.name.clone().into());
    let main = program.folder.join("src").join("main.rs");
    target.insert("path".into(), text(&main));
    target.insert("test".into(), false.into());
    manifest.insert("bin".into(), Value::Array(vec![target.into()]));
    let names = packages.iter().map(|package| &package.name);
    let stands_on: Vec<_> = names.map(|name| (name.clone(), name.clone())).collect();
    if let Some(Value::Table(dependencies)) = manifest.get_mut("dependencies") {
        make_absolute(dependencies, &program.folder);
        redirect(dependencies, &stands_on);
    }
    Ok(manifest)
}

/// Where a package depends on itself, to have a feature in its own tests, so does the other one. It says
/// so by its folder, or by its name in the workspace, which leads to the package that it was made from.
fn redirect_to_itself(dependencies: &mut Table, own_name: &str, name: &str) {
    let by_folder = |value: &Value| value.get("path").and_then(Value::as_str) == Some(ITSELF);
    let itself = dependencies
        .iter()
        .find(|(key, value)| by_folder(value) || *key == own_name);
    if let Some(old) = itself.map(|(name, _)| name.clone())
        && let Some(Value::Table(mut value)) = dependencies.remove(&old)
    {
        value.remove("workspace");
        value.insert("path".into(), ITSELF.into());
        dependencies.insert(name.to_owned(), value.into());
    }
}

/// The folder of a package, seen from its manifest.
const ITSELF: &str = ".";

/// Makes each `path` to another package absolute, at any depth.
fn make_absolute(table: &mut Table, folder: &Path) {
    for (key, value) in table.iter_mut() {
        match value {
            Value::Table(inner) => make_absolute(inner, folder),
            Value::String(path) if key == "path" && path != ITSELF => {
                *value = text(&folder.join(&*path));
            }
            _ => {}
        }
    }
}

/// Replaces dependencies at any depth by packages of the workspace.
fn redirect(table: &mut Table, stands_on: &[(String, String)]) {
    for (key, value) in table.iter_mut() {
        match stands_on.iter().find(|(dependency, _)| dependency == key) {
            Some((_, package)) => {
                let mut dependency = Table::new();
                dependency.insert("path".into(), format!("../{package}").into());
                dependency.insert("package".into(), package.clone().into());
                *value = dependency.into();
            }
            None => {
                if let Value::Table(inner) = value {
                    redirect(inner, stands_on);
                }
            }
        }
    }
}

/// The names of the packages that a package depends on.
///
/// # Errors
///
/// If its manifest cannot be read.
pub fn dependencies(package: &Path) -> Result<Vec<String>> {
    let manifest = load(&package.join("Cargo.toml"))?;
    Ok(match manifest.get("dependencies") {
        Some(Value::Table(dependencies)) => dependencies.keys().cloned().collect(),
        _ => Vec::new(),
    })
}

fn load(path: &Path) -> Result<Table> {
    let text = fs::read_to_string(path).map_err(|error| unreadable(path, &error))?;
    text.parse().map_err(|error: toml::de::Error| {
        Problem::new(
            format!("{} cannot be read: {}", path.display(), error.message()),
            "Bring it back with `git restore` and that path",
        )
    })
}

fn text(path: &Path) -> Value {
    path.to_string_lossy().into_owned().into()
}

/// Makes a folder hold exactly these files (with paths relative to it), touching only those that
/// differ.
///
/// # Errors
///
/// If a file cannot be written or removed.
pub fn write_files(folder: &Path, files: &[(PathBuf, String)]) -> Result<()> {
    for path in crate::files::files_below(folder)? {
        let relative = path.strip_prefix(folder).unwrap_or(&path);
        if !files.iter().any(|(known, _)| known == relative) {
            fs::remove_file(&path).map_err(|error| unwritable(&path, &error))?;
        }
    }
    for (relative, text) in files {
        write_if_changed(&folder.join(relative), text)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_package_turns_on_in_itself_another_like_it_turns_on_in_its_own_self() {
        // As the reader's chapter says it, and as our solution does.
        for itself in ["path = \".\"", "workspace = true"] {
            turns_on_in_its_own_self(itself);
        }
    }

    #[test]
    fn a_program_is_built_on_the_packages_of_the_workspace() {
        let folder = tempfile::tempdir().unwrap();
        let own = "[workspace]\n[package]\nname = \"race\"\nedition = \"2024\"\n\
                   [dependencies]\ncurrent-thread = { path = \"../../solutions/04\" }\n\
                   model = { path = \"../model\" }\ntokio = \"=1.54.1\"\n[profile.release]\nlto = true\n";
        fs::write(folder.path().join("Cargo.toml"), own).unwrap();
        let program = Program {
            name: "race".to_owned(),
            folder: folder.path().to_owned(),
        };
        let package = Package {
            name: "current-thread".to_owned(),
            lib: "current_thread".to_owned(),
            source: folder.path().join("src/lib.rs"),
            like: folder.path().to_owned(),
            tests: Vec::new(),
            examples: Vec::new(),
            stands_on: Vec::new(),
        };
        let manifest = manifest_of_program(&program, &[package]).unwrap();
        assert!(manifest.get("workspace").is_none());
        assert!(manifest.get("profile").is_none());
        let main = manifest["bin"][0]["path"].as_str().unwrap();
        assert_eq!(Path::new(main), folder.path().join("src/main.rs"));
        let dependencies = &manifest["dependencies"];
        let on = dependencies["current-thread"]["path"].as_str();
        assert_eq!(on, Some("../current-thread"));
        assert_eq!(dependencies["tokio"].as_str(), Some("=1.54.1"));
        let model = dependencies["model"]["path"].as_str().unwrap();
        assert!(Path::new(model).is_absolute(), "{model}");
    }

    fn turns_on_in_its_own_self(itself: &str) {
        let folder = tempfile::tempdir().unwrap();
        let like = format!(
            "[package]\nname = \"ch09\"\nedition = \"2024\"\n[features]\nsteps = []\n\
             [dependencies]\nother = {{ path = \"../other\" }}\n\
             [dev-dependencies]\nch09 = {{ {itself}, features = [\"steps\"] }}\n"
        );
        fs::write(folder.path().join("Cargo.toml"), like).unwrap();
        let manifest = manifest_of(&Package {
            name: "ch09-solved".to_owned(),
            lib: "pool".to_owned(),
            source: folder.path().join("src/lib.rs"),
            like: folder.path().to_owned(),
            tests: vec![("one".to_owned(), folder.path().join("tests/one.rs"))],
            examples: Vec::new(),
            stands_on: Vec::new(),
        })
        .unwrap();
        let expected: Table = "ch09-solved = { path = \".\", features = [\"steps\"] }"
            .parse()
            .unwrap();
        assert_eq!(manifest["dev-dependencies"], expected.into());
        assert!(manifest["features"].get("steps").is_some());
        let other = manifest["dependencies"]["other"]["path"].as_str().unwrap();
        assert!(Path::new(other).is_absolute(), "{other}");
    }
}
