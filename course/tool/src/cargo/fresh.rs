//! Builds of what the files hold now, whatever the times of the files say.
//!
//! cargo decides by the time of each file whether a program is up to date. A file that was put back
//! with an old time (`cp -p`, `touch -d`, an archive unpacked over the course) looks to cargo as if
//! nothing had happened, and the verdict would be one of yesterday's code. So beside each folder that
//! we have cargo build into stands a record: what each source file held when something was last built
//! there. Where the record and the file differ, and cargo cannot see it, what cargo remembers of that
//! package is removed, and it builds the package anew. No time of a reader's file is ever changed.
//!
//! ```text
//! lock the folder ─> compare files with the record ─> make cargo forget ─> cargo ─> write the record
//! ```
//!
//! # Invariants
//!
//! - *Recorded Means Visible*: if the record lists a file as it is now (content and time), then
//!   every program in the folder that was built from another content is older than the file's time,
//!   and cargo builds it anew by itself.
//!
//! A file is listed only after a build, stopped or not, that began and ended with the same content. An
//! unlisted file is left to cargo only if it was written after everything that the folder holds.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, TryLockError};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use super::{Artifact, Build, Command, Told, build_told, cancelled};
use crate::course::{Course, PROGRAMS};
use crate::files::{files_below, unwritable};
use crate::problem::Result;
use crate::process::Cancel;

/// A folder that cargo builds into, and the packages whose sources may change.
#[derive(Clone, Debug)]
pub struct Site {
    /// The folder, which belongs to this checkout alone.
    pub target: PathBuf,
    root: PathBuf,
    parts: Vec<Part>,
}

/// A package, and the folders and files that it is built from.
#[derive(Clone, Debug)]
pub struct Part {
    /// Its name, as cargo knows it.
    pub package: String,
    /// Where its sources are.
    pub sources: Vec<PathBuf>,
}

/// What the files held when something was last built into a folder.
#[derive(Debug, Default, Deserialize, Serialize)]
struct Record {
    /// Nothing in the folder is younger, in nanoseconds.
    time: i64,
    files: BTreeMap<PathBuf, Stamp>,
}

/// A file at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
struct Stamp {
    content: u64,
    /// When it was last written, in nanoseconds, as far as the system tells.
    written: i64,
}

/// A build under way. Dropping it writes the record.
struct Going<'a> {
    site: &'a Site,
    record: Record,
    before: BTreeMap<PathBuf, Stamp>,
    /// Held until the record is written.
    _lock: Option<File>,
}

/// How often a folder is asked for that another process builds into.
const PAUSE: Duration = Duration::from_millis(50);

/// What a build waits for while another process of this checkout builds.
const OTHER: &str = "another check of this course";

/// The packages below `course/` that no chapter is built with.
const TOOLS: [&str; 6] = ["tool", "press", "bench", "race", "servers", "console"];

impl Site {
    /// A folder that chapters, solutions and the test kit are built into, under these names or
    /// others. `name` tells it from the other folders of this checkout.
    pub fn new(course: &Course, name: &str) -> Site {
        let mut parts: Vec<Part> = kit(course)
            .into_iter()
            .map(|folder| Part {
                // A folder here has its package's name.
                package: folder
                    .file_name()
                    .unwrap_or_default()
                    .to_string_lossy()
                    .into(),
                sources: ["src", "tests", "build.rs"]
                    .map(|part| folder.join(part))
                    .into(),
            })
            .collect();
        for chapter in &course.chapters {
            let mine = course.chapter_dir(chapter);
            let ours = course.solution_dir(chapter);
            // Either may be built with the other's name, and both from the chapter's tests and examples.
            let sources: Vec<PathBuf> = ["src", "tests", "examples", PROGRAMS]
                .map(|folder| mine.join(folder))
                .into_iter()
                .chain([mine.join("build.rs"), ours.join("src"), ours.join(PROGRAMS)])
                .collect();
            for package in [&chapter.package, &chapter.solution] {
                parts.push(Part {
                    package: package.clone(),
                    sources: sources.clone(),
                });
            }
        }
        Site {
            target: super::target_dir(&course.root).join(name),
            root: course.root.clone(),
            parts,
        }
    }

    /// The same with more packages.
    pub fn with(mut self, parts: impl IntoIterator<Item = Part>) -> Site {
        self.parts.extend(parts);
        self
    }

    /// Builds what the files hold now. `command` is a cargo command that asks for JSON messages, and
    /// `observe` sees each artifact as it is made.
    ///
    /// # Errors
    ///
    /// If cargo cannot be run, is cancelled, or fails for another reason than the compiler's errors;
    /// or if the folder cannot be written.
    pub fn build(
        &self,
        command: Command,
        cancel: &Cancel,
        observe: &mut dyn FnMut(&Artifact),
    ) -> Result<Build> {
        self.build_told(command, cancel, &mut |told| {
            if let Told::Artifact(artifact) = told {
                observe(artifact);
            }
        })
    }

    /// [`build`](Self::build), and `observe` also hears what it waits for.
    ///
    /// # Errors
    ///
    /// As [`build`](Self::build).
    pub fn build_told(
        &self,
        mut command: Command,
        cancel: &Cancel,
        observe: &mut dyn FnMut(Told<'_>),
    ) -> Result<Build> {
        self.builds_here(&mut command);
        let going = self.begin(cancel, &mut || observe(Told::Waits(OTHER)))?;
        let built = build_told(command, cancel, observe);
        drop(going);
        built
    }

    /// Makes a cargo command build into this folder, whatever the surroundings say.
    pub fn builds_here(&self, command: &mut Command) {
        super::builds_in(command, &self.target);
    }

    /// Has `work` build into this folder, in such a way that it sees what the files hold now.
    ///
    /// # Errors
    ///
    /// Those of `work`; or if the folder cannot be written, or the wait for it is cancelled.
    pub fn during<T>(&self, cancel: &Cancel, work: impl FnOnce() -> Result<T>) -> Result<T> {
        let going = self.begin(cancel, &mut || {})?;
        let done = work();
        drop(going);
        done
    }

    fn begin(&self, cancel: &Cancel, waits: &mut dyn FnMut()) -> Result<Going<'_>> {
        fs::create_dir_all(&self.target).map_err(|error| unwritable(&self.target, &error))?;
        let lock = self.lock(cancel, waits)?;
        let before = self.stamps();
        let known = self.load();
        let mut record = known.unwrap_or(Record {
            time: i64::MAX,
            files: BTreeMap::new(),
        });
        let changed: Vec<(PathBuf, Stamp)> = before
            .iter()
            .filter(|(path, stamp)| record.files.get(*path) != Some(stamp))
            .map(|(path, stamp)| (path.clone(), *stamp))
            .collect();
        let hidden: BTreeSet<&Path> = changed
            .iter()
            .filter(|(_, stamp)| stamp.written <= record.time)
            .map(|(path, _)| path.as_path())
            .collect();
        if !hidden.is_empty() {
            self.forget(&hidden)?;
        }
        if !changed.is_empty() {
            for (path, _) in &changed {
                record.files.remove(path);
            }
            record.time = now();
            self.store(&record)
                .map_err(|error| unwritable(&self.record(), &error))?;
        }
        Ok(Going {
            site: self,
            record,
            before,
            _lock: lock,
        })
    }

    /// Makes cargo forget what it has built of the packages that these files belong to.
    fn forget(&self, hidden: &BTreeSet<&Path>) -> Result<()> {
        let is_concerned = |part: &&Part| {
            let mut sources = part.sources.iter();
            sources.any(|source| {
                let source = self.relative(source);
                hidden.iter().any(|path| path.starts_with(&source))
            })
        };
        let packages: BTreeSet<&str> = self
            .parts
            .iter()
            .filter(is_concerned)
            .map(|part| part.package.as_str())
            .collect();
        let memories = memories(&self.target);
        if memories.is_empty() {
            // Nothing was built yet, or cargo keeps its memory where we do not know it.
            return self.empty();
        }
        for memory in memories {
            for entry in fs::read_dir(&memory).into_iter().flatten().flatten() {
                let name = entry.file_name();
                let name = name.to_string_lossy();
                // Such as `ch01-0123456789abcdef`.
                let package = name.rsplit_once('-').map(|(package, _)| package);
                if package.is_some_and(|package| packages.contains(package)) {
                    let path = entry.path();
                    fs::remove_dir_all(&path).map_err(|error| unwritable(&path, &error))?;
                }
            }
        }
        Ok(())
    }

    /// Removes all that was built here.
    fn empty(&self) -> Result<()> {
        let ours = [self.record(), self.lock_file()];
        for entry in fs::read_dir(&self.target).into_iter().flatten().flatten() {
            let path = entry.path();
            let removed = match path.is_dir() {
                true => fs::remove_dir_all(&path),
                false if ours.contains(&path) => Ok(()),
                false => fs::remove_file(&path),
            };
            removed.map_err(|error| unwritable(&path, &error))?;
        }
        Ok(())
    }

    fn stamps(&self) -> BTreeMap<PathBuf, Stamp> {
        let sources: BTreeSet<&PathBuf> =
            self.parts.iter().flat_map(|part| &part.sources).collect();
        let mut stamps = BTreeMap::new();
        for source in sources {
            let files = match source.is_file() {
                true => vec![source.clone()],
                false => files_below(source).unwrap_or_default(),
            };
            for file in files {
                if let Some(stamp) = Stamp::of(&file) {
                    stamps.insert(self.relative(&file), stamp);
                }
            }
        }
        stamps
    }

    /// None if there is no record, or it cannot be read.
    fn load(&self) -> Option<Record> {
        let path = self.record();
        let mut record: Record = serde_json::from_slice(&fs::read(&path).ok()?).ok()?;
        // The clock of the disk may be another than ours, as on a network.
        let written = fs::metadata(&path).and_then(|metadata| metadata.modified());
        record.time = record.time.max(written.map_or(i64::MAX, nanoseconds));
        Some(record)
    }

    fn store(&self, record: &Record) -> std::io::Result<()> {
        let path = self.record();
        let partial = path.with_extension("part");
        let text = serde_json::to_vec(record)?;
        fs::write(&partial, text)
            .and_then(|()| fs::rename(&partial, &path))
            // A record that is not true must not stay.
            .or_else(|_| fs::remove_file(&path))
    }

    /// Waits until no other process builds here. None where files cannot be locked.
    fn lock(&self, cancel: &Cancel, waits: &mut dyn FnMut()) -> Result<Option<File>> {
        let path = self.lock_file();
        let file = File::create(&path).map_err(|error| unwritable(&path, &error))?;
        let mut is_told = false;
        loop {
            let locked = file.try_lock();
            if matches!(locked, Err(TryLockError::WouldBlock))
                && !std::mem::replace(&mut is_told, true)
            {
                waits();
            }
            match locked {
                Ok(()) => return Ok(Some(file)),
                Err(TryLockError::Error(_)) => return Ok(None),
                Err(TryLockError::WouldBlock) if cancel.is_cancelled() => return Err(cancelled()),
                Err(TryLockError::WouldBlock) => thread::sleep(PAUSE),
            }
        }
    }

    fn record(&self) -> PathBuf {
        self.target.join("course-record.json")
    }

    fn lock_file(&self) -> PathBuf {
        self.target.join("course-lock")
    }

    fn relative(&self, path: &Path) -> PathBuf {
        path.strip_prefix(&self.root).unwrap_or(path).to_owned()
    }
}

impl Drop for Going<'_> {
    fn drop(&mut self) {
        let after = self.site.stamps();
        for (path, stamp) in &self.before {
            match after.get(path) == Some(stamp) {
                true => self.record.files.insert(path.clone(), *stamp),
                false => self.record.files.remove(path),
            };
        }
        self.record.time = now();
        // If this fails, what is listed is what was listed when the build began, or nothing.
        let _ = self.site.store(&self.record);
    }
}

impl Stamp {
    /// None if the file cannot be read.
    fn of(path: &Path) -> Option<Stamp> {
        let bytes = fs::read(path).ok()?;
        let written = fs::metadata(path).and_then(|metadata| metadata.modified());
        let mut hasher = DefaultHasher::new();
        bytes.hash(&mut hasher);
        Some(Stamp {
            content: hasher.finish(),
            // Without a time nothing is visible to cargo.
            written: written.map_or(i64::MIN, nanoseconds),
        })
    }
}

/// The folders of the packages that chapters stand on and that belong to none: the test kit and what it
/// needs.
pub fn kit(course: &Course) -> Vec<PathBuf> {
    let folders = fs::read_dir(course.root.join("course"));
    let folders = folders.into_iter().flatten().flatten();
    let mut found: Vec<PathBuf> = folders
        .filter(|folder| !TOOLS.iter().any(|tool| folder.file_name() == *tool))
        .map(|folder| folder.path())
        .filter(|folder| folder.join("Cargo.toml").is_file())
        .collect();
    found.sort();
    found
}

/// The folders in which cargo remembers what it has built below `target`: one for each profile and
/// platform.
fn memories(target: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![(target.to_owned(), 0)];
    while let Some((folder, depth)) = folders.pop() {
        let memory = folder.join(".fingerprint");
        if memory.is_dir() {
            found.push(memory);
        } else if depth < DEPTH {
            let entries = fs::read_dir(&folder).into_iter().flatten().flatten();
            let inner = entries
                .map(|entry| entry.path())
                .filter(|path| path.is_dir());
            folders.extend(inner.map(|path| (path, depth + 1)));
        }
    }
    found
}

/// `miri/PLATFORM/debug` is the deepest.
const DEPTH: usize = 3;

fn now() -> i64 {
    nanoseconds(SystemTime::now())
}

/// Since 1970. A time beyond three centuries is as good as three centuries.
fn nanoseconds(time: SystemTime) -> i64 {
    let as_i64 = |duration: Duration| i64::try_from(duration.as_nanos()).unwrap_or(i64::MAX);
    match time.duration_since(UNIX_EPOCH) {
        Ok(since) => as_i64(since),
        Err(before) => -as_i64(before.duration()),
    }
}
