//! Where a task comes from: its name and, if a program wants to know, the line that spawned it.
//!
//! A dump of all tasks that shows numbers alone helps little. Its reader wants to know which line of the program
//! made the task that waits for ever. The line is one pointer in each cell, so it is kept only with the feature
//! `spawn-places`. Without the feature a [`Place`] has no size, and to pass it on costs nothing.
//!
//! In tokio: `SpawnLocation` in `runtime/task/mod.rs`, with the compiler flag `tokio_unstable`.

use std::panic::Location;

use crate::id::Id;

/// A place in the source, or none.
///
/// # Examples
///
/// ```
/// use harness::Place;
///
/// /// Like every function that spawns, it tells where its caller stands.
/// #[track_caller]
/// fn place_of_caller() -> Place {
///     Place::here()
/// }
///
/// let line = line!() + 1;
/// let place = place_of_caller();
/// match place.location() {
///     Some(location) => assert_eq!(location.line(), line),
///     None => assert!(cfg!(not(feature = "spawn-places"))),
/// }
/// assert!(Place::unknown().location().is_none());
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Place {
    #[cfg(feature = "spawn-places")]
    location: Option<&'static Location<'static>>,
}

/// What a new task is called, and where it was spawned.
///
/// # Examples
///
/// ```
/// use harness::{Id, Origin, unowned};
///
/// # struct Nowhere;
/// # impl harness::Schedule for Nowhere {
/// #     fn schedule(_: harness::Notified<Self>) {}
/// #     fn release(&self, _: &harness::Task<Self>) -> Option<harness::Task<Self>> { None }
/// # }
/// #
/// // Code that needs the name of a task before there is one gives the name itself.
/// let id = Id::next();
/// let (_ticket, handle) = unowned(async {}, Nowhere, Origin::from(id));
/// assert_eq!(handle.id(), id);
/// // All other code says where it stands, and the task gets a new name.
/// let (_ticket, other) = unowned(async {}, Nowhere, Origin::here());
/// assert_ne!(other.id(), id);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Origin {
    pub(crate) id: Id,
    pub(crate) place: Place,
}

impl Place {
    /// No place.
    #[inline]
    pub const fn unknown() -> Place {
        Place {
            #[cfg(feature = "spawn-places")]
            location: None,
        }
    }

    /// The place that called the function which asks, if that function is `track_caller`.
    #[inline]
    #[track_caller]
    pub const fn here() -> Place {
        Place {
            #[cfg(feature = "spawn-places")]
            location: Some(Location::caller()),
        }
    }

    /// The file, the line and the column. `None` if no place was given, or without the feature `spawn-places`.
    #[inline]
    pub const fn location(self) -> Option<&'static Location<'static>> {
        #[cfg(feature = "spawn-places")]
        return self.location;
        #[cfg(not(feature = "spawn-places"))]
        None
    }
}

impl Origin {
    /// The name of the task.
    #[inline]
    pub fn id(&self) -> Id {
        self.id
    }

    /// Where it was spawned.
    #[inline]
    pub fn place(&self) -> Place {
        self.place
    }

    /// A new id, and the place that called the function which asks. A function that spawns is `track_caller`, and
    /// asks before it enters a closure: there the place would be a line of ours.
    #[inline]
    #[track_caller]
    pub fn here() -> Origin {
        Origin {
            id: Id::next(),
            place: Place::here(),
        }
    }
}

/// For a scheduler that does not say where its tasks are spawned.
impl From<Id> for Origin {
    #[inline]
    fn from(id: Id) -> Origin {
        Origin {
            id,
            place: Place::unknown(),
        }
    }
}
