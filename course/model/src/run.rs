//! One run of a model: what each thread did, in the order in which it was done.
//!
//! The record tells it to `cargo course` as one line of text ([`Run::to_line`]). It holds places in the
//! source and values, and no names: these stand in the source, and are read where that is parsed
//! ([`Names`]). A run is put into words by [`Run::schedule`].

mod ends;
mod fold;
mod line;
mod picture;

use std::borrow::Cow;
use std::fmt;
use std::sync::atomic::Ordering;

/// A run of a model.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Run {
    /// The threads, that of the model itself first.
    pub lanes: Vec<Lane>,
    /// The things that threads share, in the order in which they were made.
    pub things: Vec<Thing<Place>>,
    /// What was done.
    pub events: Vec<Event<Place>>,
    /// The thread that did something last.
    pub last: u8,
    /// What failed.
    pub failed: String,
    /// Where, if that was not told as a panic.
    pub place: Option<Place>,
}

/// A place in the source, both numbers counted from 1.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    /// As the compiler names it.
    pub file: String,
    /// The line.
    pub line: u32,
    /// The column.
    pub column: u32,
}

/// A thing that is shared between threads: an atomic, a cell, a lock. 0 is one that was made outside
/// of a model.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Object(pub(crate) u32);

/// What is known of an [`Object`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thing<P> {
    /// Where it was made.
    pub place: P,
    /// What an atomic holds.
    pub value: u64,
    /// What kind of value that is.
    pub of: Of,
}

/// How a value is printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Of {
    /// As a number.
    Number,
    /// As `true` or `false`.
    Bool,
    /// As a pointer to a thing of this type.
    Pointer(Cow<'static, str>),
    /// It has no value that we know.
    Nothing,
}

/// A thread of the model.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lane {
    /// Its name, if it was given one.
    pub name: Option<String>,
    /// What it was about to do.
    pub attempt: Option<(Attempt, Object, Option<Place>)>,
    /// Whether it came to its end.
    pub has_ended: bool,
}

/// What a thread is about to do, and may wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attempt {
    /// To use an atomic or a lock, without waiting for it.
    Access,
    /// To write a cell.
    Write,
    /// To read a cell.
    Read,
    /// To drop a cell.
    End,
    /// To lock.
    Lock,
    /// To wait at a condition variable.
    Wait,
    /// To park.
    Park,
    /// To wait for the end of this thread.
    Join(u8),
}

/// Something that a thread did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event<P> {
    /// The thread, as an index of [`Run::lanes`].
    pub lane: u8,
    /// What it was done with.
    pub object: Object,
    /// Where in the source.
    pub place: Option<P>,
    /// What was done.
    pub what: What,
}

/// Declares [`What`], with a word for each kind in the line of a run.
macro_rules! kinds {
    ($($(#[$doc:meta])* $word:literal $kind:ident $({ $($field:ident: $type:ty),* })?,)*) => {
        /// What was done.
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[expect(missing_docs, reason = "the fields say what they are")]
        pub enum What {
            $($(#[$doc])* $kind $({ $($field: $type),* })?,)*
        }

        impl What {
            /// Its word, and then its fields.
            fn put(&self, out: &mut Vec<String>) {
                match self {
                    $(What::$kind $({ $($field),* })? => {
                        out.push($word.to_owned());
                        $($(out.push(line::Field::put($field));)*)?
                    })*
                }
            }

            /// Reads what [`put`](Self::put) wrote.
            fn take<'a>(fields: &mut impl Iterator<Item = &'a str>) -> Option<What> {
                Some(match fields.next()? {
                    $($word => What::$kind $({ $($field: line::Field::take(fields.next()?)?),* })?,)*
                    _ => return None,
                })
            }
        }
    };
}

kinds! {
    "load" Load { order: Ordering, value: u64, latest: u64 },
    /// `at_failure` is the ordering that an exchange has if it finds something else.
    "change" Change {
        name: Cow<'static, str>,
        order: Ordering,
        at_failure: Option<Ordering>,
        before: u64,
        after: u64
    },
    /// A compare-and-exchange that found something else.
    "differs" Differs {
        name: Cow<'static, str>,
        order: Ordering,
        at_failure: Option<Ordering>,
        found: u64
    },
    "fence" Fence { order: Ordering },
    "read-begins" ReadBegins,
    "read-ends" ReadEnds,
    "write-begins" WriteBegins,
    "write-ends" WriteEnds,
    /// A cell was dropped. Shown only where something else touches it too.
    "cell-ends" CellEnds,
    "locks" Locks,
    "finds-locked" FindsLocked,
    "unlocks" Unlocks,
    "wait-begins" WaitBegins,
    "wait-ends" WaitEnds,
    "notify-one" NotifyOne { woke: Option<u8> },
    "notify-all" NotifyAll { woke: usize },
    "park-begins" ParkBegins,
    "park-ends" ParkEnds,
    "unparks" Unparks { lane: u8 },
    "yields" Yields,
    "spawns" Spawns { lane: u8 },
    "joined" Joined { lane: u8 },
    "ends" Ends,
    /// A panic, which is the end of the run if nothing catches it.
    "panics" Panics { message: String, place: String },
    "said" Said { text: String },
    "poll-begins" PollBegins { name: String },
    "poll-ends" PollEnds { name: String, is_ready: bool },
}

/// What things and values are called: what can be known only where the source can be read.
pub trait Names {
    /// What a thing is called.
    fn thing(&self, thing: Object) -> Option<String>;

    /// What a value of a thing is called: a constant, or the bits that it has.
    fn value(&self, thing: Object, value: u64) -> Option<String>;

    /// What the write at this place did with the cell, such as `emptied`.
    fn written(&self, place: &Place) -> Option<&'static str>;
}

/// No names: things are called by what they are, and values are numbers.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unnamed;

impl Names for Unnamed {
    fn thing(&self, _: Object) -> Option<String> {
        None
    }

    fn value(&self, _: Object, _: u64) -> Option<String> {
        None
    }

    fn written(&self, _: &Place) -> Option<&'static str> {
        None
    }
}

impl Object {
    /// No thing of its own.
    pub const NONE: Object = Object(0);

    /// The thing at this index of [`Run::things`].
    pub fn at(index: usize) -> Object {
        Object(u32::try_from(index + 1).unwrap_or(0))
    }

    /// Its index in [`Run::things`].
    pub fn index(self) -> Option<usize> {
        (self.0 as usize).checked_sub(1)
    }
}

impl Run {
    /// What is known of a thing.
    pub fn thing(&self, object: Object) -> Option<&Thing<Place>> {
        self.things.get(object.index()?)
    }
}

/// As it fits into a column: the file's name and the line.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let file = self.file.rsplit(['/', '\\']).next().unwrap_or("");
        write!(f, "{file}:{}", self.line)
    }
}
