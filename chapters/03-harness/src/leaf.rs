//! What a task waits for: the notes of its leaves. Only with the feature `dump`.
//!
//! A task that hangs waits in some leaf: a lock, a channel, a timer. The leaf knows which one it is, and the line of the program that
//! awaits it. So a leaf that returns `Pending` leaves a [`Note`] on the thread. When the poll of the task ends, the harness moves all
//! notes of this poll into the task's `Diary`, where a dump finds them:
//!
//! ```text
//!     Harness::poll ──> future ──> Mutex::lock ──> Acquire      the thread's notes
//!                                       │             │
//!                                       │           Pending     + Semaphore::acquire, mutex.rs:182
//!                                     Pending                   - Semaphore::acquire
//!                                       │                       + Mutex::lock, main.rs:20
//!       the diary <── all notes <── Pending
//! ```
//!
//! A leaf may be made of others, as `lock` is. The outer one takes back what the inner ones noted: its name says more, and its line is
//! closer to the reader's program.
//!
//! A future that polls others, a time-out for example, waits for what they wait for: [`around`](macro@crate::around) keeps their notes.
//! A future of another crate hides the line of the program behind its own: [`through`](macro@crate::through) shows it again.
//!
//! No leaf calls these functions by hand. The attribute [`leaf`](macro@crate::leaf) on its signature wraps its body.
//!
//! # Left out
//!
//! The notes are those of the last poll. A future that polls only those of its children that were woken, such as `FuturesUnordered`,
//! shows only these.

use std::cell::RefCell;
use std::panic::Location;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Instant;

use crate::id::Id;
use crate::origin::Place;

/// What a leaf waits for, and where.
///
/// # Examples
///
/// ```
/// use std::task::Poll;
///
/// use harness::leaf::{Note, Resource};
///
/// let note = Note::new("Bell::rung", Resource::None);
/// assert_eq!(note.name(), "Bell::rung");
/// // A function that returns a `Poll` ends like this.
/// assert_eq!(note.poll(|| Poll::<()>::Pending), Poll::Pending);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Note {
    name: &'static str,
    resource: Resource,
    /// Where it is awaited.
    place: &'static Location<'static>,
    inner: Inner,
}

/// What becomes of the notes of the futures that a leaf polls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Inner {
    /// They are taken back: they are what the leaf is made of.
    Replaced,
    /// They stay. The leaf's source is in this file, and its own lines there say nothing.
    Around(&'static str),
    /// They stay, and stand for the leaf. All their lines are of another crate.
    Through,
}

/// The thing that a leaf waits for.
///
/// # Examples
///
/// ```
/// use harness::leaf::Resource;
///
/// let lock = std::sync::Mutex::new(5);
/// // Two tasks that wait for the same lock show the same address.
/// assert_eq!(Resource::of(&lock), Resource::of(&lock));
/// assert_ne!(Resource::of(&lock), Resource::of(&7));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Resource {
    /// The name of the leaf says it all.
    None,
    /// The thing at this address.
    Address(usize),
    /// The task of this name.
    Task(Id),
    /// This moment.
    Until(Instant),
    /// This descriptor of the system.
    Descriptor(i32),
}

/// An `async fn` that is a leaf. Made by the attribute.
///
/// # Examples
///
/// ```
/// use std::future::pending;
/// use std::pin::pin;
/// use std::task::{Context, Waker};
///
/// use harness::leaf::{Leaf, Note, Resource};
///
/// /// What `#[harness::leaf("for_ever")] async fn for_ever()` becomes.
/// fn for_ever() -> Leaf<impl Future<Output = ()>> {
///     Note::new("for_ever", Resource::None).until(async move { pending().await })
/// }
///
/// let mut cx = Context::from_waker(Waker::noop());
/// assert!(pin!(for_ever()).poll(&mut cx).is_pending());
/// ```
#[derive(Debug)]
#[must_use = "futures do nothing unless you `.await` or poll them"]
pub struct Leaf<F> {
    note: Note,
    future: F,
}

/// All notes of a poll.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Notes {
    notes: [Option<Note>; NOTES_MAX],
    /// How many there were, with those for which there was no room.
    count: usize,
}

/// A task waits for one leaf, or for the few of a `select!`.
const NOTES_MAX: usize = 4;

thread_local! {
    /// The notes of the poll that this thread is in.
    static NOTES: RefCell<Notes> = const { RefCell::new(Notes::NONE) };
}

/// Calls `poll`, which is ready with the first of several futures. Then the notes of the others are taken back.
pub fn poll_first<T>(poll: impl FnOnce() -> Poll<T>) -> Poll<T> {
    let before = Notes::count();
    let polled = poll();
    if polled.is_ready() {
        NOTES.with_borrow_mut(|notes| notes.truncate(before));
    }
    polled
}

impl Note {
    /// A note of the operation `name`, which waits for `resource`. The place is that of the caller.
    #[track_caller]
    pub fn new(name: &'static str, resource: impl Into<Resource>) -> Note {
        Note {
            name,
            resource: resource.into(),
            place: Location::caller(),
            inner: Inner::Replaced,
        }
    }

    /// The same, of a future that polls others, and whose source is in `file`. What they note stays, and this comes after it. If one of
    /// them was awaited in `file`, its line becomes this one's.
    pub fn around(self, file: &'static str) -> Note {
        Note {
            inner: Inner::Around(file),
            ..self
        }
    }

    /// The same, of a future of another crate that polls one of ours. What that notes stays, with this line. This is the note
    /// if nothing is noted.
    pub fn through(self) -> Note {
        Note {
            inner: Inner::Through,
            ..self
        }
    }

    /// The operation.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The thing that it waits for.
    pub fn resource(&self) -> Resource {
        self.resource
    }

    /// The same. If it is the task's own future that waits, no line awaits it but the one that spawned it.
    pub(crate) fn of_task_at(self, spawned_at: Place) -> Note {
        let is_polled_by_us = self.place.file() == crate::core::FILE;
        match spawned_at.location() {
            Some(place) if is_polled_by_us => Note { place, ..self },
            _ => self,
        }
    }

    /// The line that waits.
    pub fn place(&self) -> &'static Location<'static> {
        self.place
    }

    /// Calls `leaf`, which polls. If it has to wait, this is the note of it.
    pub fn poll<T>(self, leaf: impl FnOnce() -> Poll<T>) -> Poll<T> {
        let before = Notes::count();
        let polled = leaf();
        NOTES.with_borrow_mut(|notes| {
            match self.inner {
                // It does not wait for them any more.
                _ if polled.is_ready() => return notes.truncate(before),
                Inner::Through if before < notes.count => {
                    let inner = notes.notes.iter_mut().skip(before).flatten();
                    return inner.for_each(|note| note.place = self.place);
                }
                Inner::Around(file) => notes.take_over(file, self.place, before),
                Inner::Replaced | Inner::Through => notes.truncate(before),
            }
            notes.push(self);
        });
        polled
    }

    /// A future that leaves this note when it waits.
    pub fn until<F: Future>(self, future: F) -> Leaf<F> {
        Leaf { note: self, future }
    }
}

impl<F: Future> Future for Leaf<F> {
    type Output = F::Output;

    #[track_caller]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let note = Note {
            place: Location::caller(),
            ..self.note
        };
        // SAFETY: the field is pinned as we are: it is never moved, we have no `Drop`, and we are `Unpin`
        // only if it is.
        let future = unsafe { self.map_unchecked_mut(|this| &mut this.future) };
        note.poll(|| future.poll(cx))
    }
}

impl Notes {
    pub(crate) const NONE: Notes = Notes {
        notes: [None; NOTES_MAX],
        count: 0,
    };

    /// Takes the notes of the thread, and leaves it these.
    pub(crate) fn replace(self) -> Notes {
        NOTES.replace(self)
    }

    /// How many there were for which there was no room.
    pub(crate) fn more(&self) -> usize {
        self.count.saturating_sub(NOTES_MAX)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = Note> {
        self.notes.into_iter().flatten()
    }

    fn count() -> usize {
        NOTES.with_borrow(|notes| notes.count)
    }

    fn push(&mut self, note: Note) {
        if let Some(place) = self.notes.get_mut(self.count) {
            *place = Some(note);
        }
        self.count += 1;
    }

    /// Of the notes after the first `before`, moves those to `place` that are of lines in `file`. If such a note is of a function in this
    /// file as well, and around others, it is a part of the function that calls this, and is taken back.
    fn take_over(&mut self, file: &'static str, place: &'static Location<'static>, before: usize) {
        let inner = *self;
        let more = inner.count.saturating_sub(before.max(NOTES_MAX));
        self.truncate(before);
        for mut note in inner.iter().skip(before) {
            if note.place.file() == file {
                note.place = place;
                if note.inner == Inner::Around(file) {
                    continue;
                }
            }
            self.push(note);
        }
        self.count += more;
    }

    fn truncate(&mut self, count: usize) {
        // The leaf may have been polled by another task's poll: then the notes are not those that it began with.
        if count < self.count {
            self.notes
                .iter_mut()
                .skip(count)
                .for_each(|note| *note = None);
            self.count = count;
        }
    }
}

impl Resource {
    /// A socket, by its descriptor.
    #[cfg(unix)]
    pub fn descriptor(socket: &impl std::os::fd::AsRawFd) -> Resource {
        Resource::Descriptor(socket.as_raw_fd())
    }

    /// A socket, by its address here.
    #[cfg(not(unix))]
    pub fn descriptor<T>(socket: &T) -> Resource {
        Resource::of(socket)
    }

    /// The thing itself, by its address.
    pub fn of<T: ?Sized>(thing: &T) -> Resource {
        Resource::Address((&raw const *thing).addr())
    }
}

impl<T: ?Sized> From<&T> for Resource {
    fn from(thing: &T) -> Resource {
        Resource::of(thing)
    }
}

impl From<()> for Resource {
    fn from((): ()) -> Resource {
        Resource::None
    }
}

impl From<Id> for Resource {
    fn from(id: Id) -> Resource {
        Resource::Task(id)
    }
}

impl From<Instant> for Resource {
    fn from(moment: Instant) -> Resource {
        Resource::Until(moment)
    }
}
