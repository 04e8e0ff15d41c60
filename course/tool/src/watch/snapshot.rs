//! What the reader's files hold at one moment.
//!
//! A check is started for a snapshot, and its result counts only while the files still hold the
//! same. Times of files decide nothing: saving without a change starts nothing.

use std::collections::BTreeMap;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::course::{Course, ExerciseId};
use crate::source::Source;

/// The contents of all chapters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// A hash of each file, by its path.
    files: BTreeMap<PathBuf, u64>,
    /// A hash of each exercise's region, where its markers are whole.
    bodies: BTreeMap<ExerciseId, u64>,
}

/// Sizes and times of all files: cheap to take, and equal as long as nothing was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stamp(Vec<(PathBuf, u64, Option<SystemTime>)>);

impl Snapshot {
    /// Reads all files.
    pub fn take(course: &Course) -> Snapshot {
        let mut snapshot = Snapshot::default();
        for chapter in &course.chapters {
            let folder = course.chapter_dir(chapter);
            for path in course.files(chapter) {
                let Ok(bytes) = fs::read(&path) else {
                    continue;
                };
                let relative = path.strip_prefix(&folder).unwrap_or(&path);
                let in_file = |exercise: &&crate::course::Exercise| exercise.file == relative;
                if let Ok(source) = Source::parse("", String::from_utf8_lossy(&bytes)) {
                    for exercise in chapter.exercises.iter().filter(in_file) {
                        if let Some(body) = source.body(&exercise.anchor()) {
                            snapshot.bodies.insert(exercise.id, hash(&body));
                        }
                    }
                }
                snapshot.files.insert(path, hash(bytes.as_slice()));
            }
        }
        snapshot
    }

    /// The exercises whose regions hold something else in `other`.
    pub fn edited(&self, other: &Snapshot) -> Vec<ExerciseId> {
        let is_other = |id: &&ExerciseId| other.bodies.get(id) != self.bodies.get(id);
        let both = self
            .bodies
            .keys()
            .filter(|id| other.bodies.contains_key(id));
        both.filter(is_other).copied().collect()
    }

    /// Whether a file in `folder` is different, new or gone in `other`.
    pub fn differs_below(&self, other: &Snapshot, folder: &Path) -> bool {
        let below = |snapshot: &Snapshot| {
            let files = snapshot.files.iter();
            let below = files.filter(|(path, _)| path.starts_with(folder));
            below
                .map(|(path, hash)| (path.clone(), *hash))
                .collect::<Vec<_>>()
        };
        below(self) != below(other)
    }

    /// Whether a file is gone or empty in `later` that was not: an editor may be writing it just
    /// now.
    pub fn lost_a_file(&self, later: &Snapshot) -> bool {
        let empty = Some(hash(b"".as_slice()));
        self.files.iter().any(|(path, before)| {
            let now = later.files.get(path).copied();
            now.is_none() || now == empty && Some(*before) != empty
        })
    }
}

impl Stamp {
    /// Looks at all files without reading them.
    pub fn take(course: &Course) -> Stamp {
        let mut stamps = Vec::new();
        for chapter in &course.chapters {
            for path in course.files(chapter) {
                if let Ok(metadata) = fs::metadata(&path) {
                    stamps.push((path, metadata.len(), metadata.modified().ok()));
                }
            }
        }
        Stamp(stamps)
    }
}

fn hash(value: &(impl Hash + ?Sized)) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}
