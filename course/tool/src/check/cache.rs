//! Verdicts that are still true, so that a repeated `status` is instant.
//!
//! A verdict holds for as long as nothing changes that could change it. All of that is hashed by
//! content: the chapter, the packages it stands on, the workspace's settings, the toolchain, the
//! environment of the build, and this tool. Nothing is taken from times of files, and a verdict
//! that may be bad luck (a test stopped by the clock, a killed process) is not kept.

use std::collections::BTreeMap;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::{Deserialize, Serialize};

use crate::cargo;
use crate::course::{Chapter, Course, ExerciseId, package_files};
use crate::verdict::Verdict;

use super::chapter::Pass;
use super::notes::{AllNotes, Notes};

/// What is known of one chapter.
#[derive(Debug, Default, Deserialize, Serialize)]
pub struct Cache {
    /// Of [`sources`] when the verdicts were found.
    pub sources: u64,
    /// Of [`toolchain`] when the verdicts were found.
    pub toolchain: u64,
    /// Whether the tests of the whole chapter passed.
    pub chapter_passed: bool,
    verdicts: BTreeMap<ExerciseId, Verdict>,
    #[serde(default)]
    notes: AllNotes,
}

/// Which verdicts: those of different ways to check are kept apart.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// What was built and run.
    pub pass: Pass,
    /// Whether under Miri.
    pub miri: bool,
    /// Whether with the compiler's colours.
    pub colour: bool,
}

impl Cache {
    /// Forgets all verdicts, because these hashes are not those they were found with.
    pub fn begin(&mut self, sources: u64, toolchain: u64) {
        *self = Cache {
            sources,
            toolchain,
            ..Cache::default()
        };
    }

    /// Reads what is known. Empty if nothing is, or it cannot be read.
    pub fn load(course: &Course, chapter: &Chapter, key: Key) -> Cache {
        fs::read(path(course, chapter, key))
            .ok()
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .unwrap_or_default()
    }

    /// Writes it, unless the folder is read-only or the disk full: then the next check only takes
    /// longer.
    pub fn store(&self, course: &Course, chapter: &Chapter, key: Key) {
        let path = path(course, chapter, key);
        let partial = path.with_extension(format!("{}.part", std::process::id()));
        let stored = serde_json::to_vec(self).ok().and_then(|bytes| {
            fs::create_dir_all(path.parent()?).ok()?;
            fs::write(&partial, bytes).ok()?;
            fs::rename(&partial, &path).ok()
        });
        if stored.is_none() {
            let _ = fs::remove_file(partial);
        }
    }

    /// The verdict of an exercise, if it is known.
    pub fn verdict(&self, id: ExerciseId) -> Option<&Verdict> {
        self.verdicts.get(&id)
    }

    /// Keeps a verdict if it would be the same again.
    pub fn keep(&mut self, id: ExerciseId, verdict: &Verdict) {
        let is_lasting = match verdict {
            // A diagnosis names a rule; a mere time-out does not.
            Verdict::Hangs(failure) => failure.rule.is_some(),
            Verdict::Crashes(failure) => !failure.message.contains("SIGKILL"),
            _ => true,
        };
        match is_lasting {
            true => self.verdicts.insert(id, verdict.clone()),
            false => self.verdicts.remove(&id),
        };
    }

    /// What there is to tell of an exercise beside its verdict.
    pub fn notes(&self, id: ExerciseId) -> Option<&Notes> {
        self.notes.get(&id)
    }

    /// Keeps what there is to tell of an exercise.
    pub fn keep_notes(&mut self, id: ExerciseId, notes: Option<&Notes>) {
        match notes {
            Some(notes) => self.notes.insert(id, notes.clone()),
            None => self.notes.remove(&id),
        };
    }
}

/// A hash of all the files that a verdict of this chapter depends on, and of the environment.
pub fn sources(course: &Course, chapter: &Chapter) -> u64 {
    let mut hasher = DefaultHasher::new();
    let root = &course.root;
    let earlier = course.chapters.iter().filter(|c| c.number < chapter.number);
    let earlier = earlier.map(|chapter| course.solution_dir(chapter));
    let below = earlier.chain(cargo::kit(course));
    let below = below.flat_map(|folder| package_files(&folder));
    for file in course.files(chapter).into_iter().chain(below) {
        hash_file(&mut hasher, root, &file);
    }
    for name in [
        "Cargo.toml",
        "Cargo.lock",
        ".cargo/config.toml",
        "rust-toolchain.toml",
    ] {
        hash_file(&mut hasher, root, &root.join(name));
    }
    for name in ENVIRONMENT {
        std::env::var_os(name).hash(&mut hasher);
    }
    // The reader's own settings of cargo.
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(std::env::home_dir()?.join(".cargo")));
    if let Some(home) = home {
        hash_file(&mut hasher, root, &home.join("config.toml"));
    }
    // A new build of this tool may judge differently.
    if let Ok(tool) = std::env::current_exe().and_then(fs::metadata) {
        (tool.len(), tool.modified().ok()).hash(&mut hasher);
    }
    hasher.finish()
}

/// A hash of what the compiler says of itself. Zero if it says nothing.
pub fn toolchain(course: &Course) -> u64 {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc)
        .arg("-vV")
        .current_dir(&course.root)
        .stdin(Stdio::null())
        .output();
    let mut hasher = DefaultHasher::new();
    match output {
        Ok(output) if output.status.success() => output.stdout.hash(&mut hasher),
        _ => return 0,
    }
    hasher.finish()
}

const ENVIRONMENT: [&str; 8] = [
    "RUSTFLAGS",
    "CARGO_ENCODED_RUSTFLAGS",
    "CARGO_BUILD_RUSTFLAGS",
    "CARGO_BUILD_TARGET",
    "RUSTUP_TOOLCHAIN",
    "MIRIFLAGS",
    "LOOM_MAX_PREEMPTIONS",
    "TESTKIT_SLOW",
];

fn hash_file(hasher: &mut DefaultHasher, root: &Path, file: &Path) {
    let name = file.strip_prefix(root).unwrap_or(file);
    (name, fs::read(file).ok()).hash(hasher);
}

fn path(course: &Course, chapter: &Chapter, key: Key) -> PathBuf {
    let mut name = chapter.package.clone();
    let marks = [
        (key.pass == Pass::Models, "-loom"),
        (key.miri, "-miri"),
        (key.colour, "-colour"),
    ];
    name.extend(marks.iter().filter(|(on, _)| *on).map(|(_, mark)| *mark));
    course.scratch().join("verdicts").join(name + ".json")
}
