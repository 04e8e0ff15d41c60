//! A list whose links are inside of what it lists.
//!
//! A `Vec` or a `BTreeMap` of all tasks would allocate for each spawn, and search for each task
//! that is done. Here every element brings the two pointers it needs, so inserting and removing
//! take a few writes each, and the list itself is two words.
//!
//! ```text
//!     head ──> +------+   next    +------+   next    +------+ <── tail
//!              |      | ────────> |      | ────────> |      |
//!              | node | <──────── | node | <──────── | node |
//!              +------+   prev    +------+   prev    +------+
//! ```
//!
//! The list takes a handle when an element goes in, and gives it back when it comes out; in
//! between it keeps a bare pointer. It knows nothing of tasks: later chapters list waiters and
//! timers with it.
//!
//! # Invariants
//!
//! - **Listed Is Pinned**: from `push_front` until the element comes out, its address stays the same
//!   and its links are touched by the list alone.
//! - **Unlinked Is None**: the links of an element that is in no list are both `None`.
//!
//! In tokio: `util/linked_list.rs`.

use std::fmt;
use std::marker::PhantomPinned;
use std::ptr::NonNull;

use model::loom::cell::UnsafeCell;

/// Says how elements are linked.
///
/// # Safety
///
/// - While a handle is in raw form, the target stays where it is and alive.
/// - `links` returns the same field of the same target each time, reached without making a
///   reference to the whole target.
pub unsafe trait Link {
    /// What the list takes and gives back.
    type Handle;
    /// What the links point to.
    type Target;

    /// Gives the handle away as a pointer.
    fn into_raw(handle: Self::Handle) -> NonNull<Self::Target>;

    /// Makes the handle again.
    ///
    /// # Safety
    ///
    /// `target` came from `into_raw`, and is made into a handle once only.
    unsafe fn from_raw(target: NonNull<Self::Target>) -> Self::Handle;

    /// Where the links are.
    ///
    /// # Safety
    ///
    /// `target` is alive.
    unsafe fn links(target: NonNull<Self::Target>) -> NonNull<Links<Self::Target>>;
}

/// The two pointers that every element has.
///
/// # Examples
///
/// ```
/// use std::ptr::NonNull;
///
/// use harness::list::{Link, LinkedList, Links};
///
/// struct Job {
///     links: Links<Job>,
///     name: &'static str,
/// }
///
/// /// Jobs are linked by their field `links`, and the list owns them.
/// struct ByLinks;
///
/// // SAFETY: what is in a leaked box stays there, and `links` is a field of it.
/// unsafe impl Link for ByLinks {
///     type Handle = Box<Job>;
///     type Target = Job;
///
///     fn into_raw(job: Box<Job>) -> NonNull<Job> {
///         NonNull::from(Box::leak(job))
///     }
///
///     unsafe fn from_raw(job: NonNull<Job>) -> Box<Job> {
///         // SAFETY: it is the box of `into_raw`, and is made once.
///         unsafe { Box::from_raw(job.as_ptr()) }
///     }
///
///     unsafe fn links(job: NonNull<Job>) -> NonNull<Links<Job>> {
///         // SAFETY: the job is alive; the address of a field of it, which is not null.
///         unsafe { NonNull::new_unchecked(&raw mut (*job.as_ptr()).links) }
///     }
/// }
///
/// let mut list = LinkedList::<ByLinks>::new();
/// let job = Box::new(Job { links: Links::new(), name: "sweep" });
/// // SAFETY: the job is in no list.
/// unsafe { list.push_front(job) };
/// assert_eq!(list.pop_back().map(|job| job.name), Some("sweep"));
/// ```
pub struct Links<T> {
    /// Written by the list only, as `next` is.
    neighbours: UnsafeCell<Neighbours<T>>,
}

/// The list. Elements go in at the front; the back has been in for longest.
///
/// # Examples
///
/// ```
/// # use std::ptr::NonNull;
/// #
/// use harness::list::{Link, LinkedList, Links};
///
/// struct Job {
///     links: Links<Job>,
///     name: &'static str,
/// }
///
/// // `Link for ByLinks` is written as in the example of `Links`.
/// # struct ByLinks;
/// # // SAFETY: what is in a leaked box stays there, and `links` is a field of it.
/// # unsafe impl Link for ByLinks {
/// #     type Handle = Box<Job>;
/// #     type Target = Job;
/// #     fn into_raw(job: Box<Job>) -> NonNull<Job> {
/// #         NonNull::from(Box::leak(job))
/// #     }
/// #     unsafe fn from_raw(job: NonNull<Job>) -> Box<Job> {
/// #         // SAFETY: it is the box of `into_raw`, and is made once.
/// #         unsafe { Box::from_raw(job.as_ptr()) }
/// #     }
/// #     unsafe fn links(job: NonNull<Job>) -> NonNull<Links<Job>> {
/// #         // SAFETY: the job is alive; the address of a field of it, which is not null.
/// #         unsafe { NonNull::new_unchecked(&raw mut (*job.as_ptr()).links) }
/// #     }
/// # }
/// let mut list = LinkedList::<ByLinks>::new();
/// let mut nodes = Vec::new();
/// for name in ["wash", "dry", "fold"] {
///     let job = Box::new(Job { links: Links::new(), name });
///     nodes.push(NonNull::from(&*job));
///     // SAFETY: the job is in no list.
///     unsafe { list.push_front(job) };
/// }
/// // SAFETY: the job is in this list.
/// let dry = unsafe { list.remove(nodes[1]) };
/// assert_eq!(dry.map(|job| job.name), Some("dry"), "from the middle, in a few writes");
/// assert_eq!(list.pop_back().map(|job| job.name), Some("wash"), "the oldest");
/// assert_eq!(list.pop_front().map(|job| job.name), Some("fold"));
/// assert!(list.is_empty());
/// ```
pub struct LinkedList<L: Link> {
    head: Option<NonNull<L::Target>>,
    tail: Option<NonNull<L::Target>>,
}

struct Neighbours<T> {
    /// Towards the front.
    prev: Option<NonNull<T>>,
    /// Towards the back.
    next: Option<NonNull<T>>,
    /// An element has pointers to it while its owner may have a `&mut` to it. Such a `&mut` claims
    /// to be the only way to reach the element, unless it is `!Unpin`.
    _pinned: PhantomPinned,
}

impl<L: Link> LinkedList<L> {
    /// An empty list.
    pub const fn new() -> LinkedList<L> {
        LinkedList {
            head: None,
            tail: None,
        }
    }

    /// Whether nothing is in the list.
    pub fn is_empty(&self) -> bool {
        self.head.is_none()
    }

    /// Puts an element at the front.
    ///
    /// # Safety
    ///
    /// The element is in no list.
    #[inline]
    pub unsafe fn push_front(&mut self, handle: L::Handle) {
        let node = L::into_raw(handle);
        debug_assert_ne!(self.head, Some(node), "Listed Is Pinned: pushed twice");
        // SAFETY: `node` is alive, since we have its handle; and in no list, so its links are ours.
        unsafe { set_next::<L>(node, self.head) };
        match self.head {
            // SAFETY: `head` is in this list, and so it is alive and its links are ours.
            Some(head) => unsafe { set_prev::<L>(head, Some(node)) },
            None => self.tail = Some(node),
        }
        self.head = Some(node);
    }

    /// Whether an element is in the list.
    ///
    /// # Safety
    ///
    /// As for [`remove`](LinkedList::remove).
    #[inline]
    pub unsafe fn contains(&self, node: NonNull<L::Target>) -> bool {
        // SAFETY: `node` is alive, and no other list has its links.
        let prev = unsafe { prev_of::<L>(node) };
        prev.is_some() || self.head == Some(node)
    }

    /// Takes the element at the back.
    #[inline]
    pub fn pop_back(&mut self) -> Option<L::Handle> {
        let node = self.tail?;
        // SAFETY: `tail` is in this list.
        unsafe { self.remove(node) }
    }

    /// Takes the element at the front.
    #[inline]
    pub fn pop_front(&mut self) -> Option<L::Handle> {
        let node = self.head?;
        // SAFETY: `head` is in this list.
        unsafe { self.remove(node) }
    }

    /// The element at the back, which stays there.
    pub fn last(&self) -> Option<NonNull<L::Target>> {
        self.tail
    }

    /// Calls `f` with each element, from the front to the back.
    pub fn for_each(&mut self, mut f: impl FnMut(NonNull<L::Target>)) {
        let mut node = self.head;
        while let Some(here) = node {
            // SAFETY: `here` is in this list, and so it is alive and its links are ours.
            node = unsafe { next_of::<L>(here) };
            f(here);
        }
    }

    /// Moves all of `newer` in front of what is here, in a few writes, however long the lists are.
    pub fn append(&mut self, newer: &mut LinkedList<L>) {
        let Some(middle) = newer.tail.take() else {
            return;
        };
        // SAFETY: `middle` was in `newer`, and so it is alive and its links are ours.
        unsafe { set_next::<L>(middle, self.head) };
        match self.head {
            // SAFETY: `head` is in this list, and so it is alive and its links are ours.
            Some(head) => unsafe { set_prev::<L>(head, Some(middle)) },
            None => self.tail = Some(middle),
        }
        self.head = newer.head.take();
    }

    /// Takes an element out, wherever it is; `None` if it is not in the list.
    ///
    /// # Safety
    ///
    /// The element is alive, and is in this list or in none.
    #[inline]
    pub unsafe fn remove(&mut self, node: NonNull<L::Target>) -> Option<L::Handle> {
        // SAFETY: `node` is alive, and no other list has its links.
        let prev = unsafe { prev_of::<L>(node) };
        // SAFETY: as above.
        let next = unsafe { next_of::<L>(node) };
        match prev {
            // SAFETY: a neighbour of an element of this list is in this list.
            Some(prev) => unsafe { set_next::<L>(prev, next) },
            None if self.head == Some(node) => self.head = next,
            // No element is before it, and it is not the first: it is in no list.
            None => return None,
        }
        match next {
            // SAFETY: a neighbour of an element of this list is in this list.
            Some(next) => unsafe { set_prev::<L>(next, prev) },
            None => self.tail = prev,
        }
        // SAFETY: as above; the element is not in the list any more.
        unsafe { set_prev::<L>(node, None) };
        // SAFETY: as above.
        unsafe { set_next::<L>(node, None) };
        // SAFETY: `push_front` made the pointer of a handle, and the element comes out once.
        Some(unsafe { L::from_raw(node) })
    }
}

impl<L: Link> Default for LinkedList<L> {
    fn default() -> LinkedList<L> {
        LinkedList::new()
    }
}

impl<L: Link> fmt::Debug for LinkedList<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LinkedList")
            .field("head", &self.head)
            .field("tail", &self.tail)
            .finish()
    }
}

// SAFETY: a list that goes to another thread takes the handles of its elements there, and gives
// them back there; that the handles are `Send` is therefore enough.
unsafe impl<L: Link> Send for LinkedList<L> where L::Handle: Send {}

// SAFETY: all that a `&LinkedList` can do is to compare its own two pointers.
unsafe impl<L: Link> Sync for LinkedList<L> {}

impl<T> Links<T> {
    /// The links of an element that is in no list.
    #[inline]
    pub fn new() -> Links<T> {
        Links {
            neighbours: UnsafeCell::new(Neighbours {
                prev: None,
                next: None,
                _pinned: PhantomPinned,
            }),
        }
    }
}

impl<T> Default for Links<T> {
    fn default() -> Links<T> {
        Links::new()
    }
}

impl<T> fmt::Debug for Links<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Links").finish_non_exhaustive()
    }
}

/// # Safety
///
/// For this function and the next four: `node` is alive, and its links are the list's.
#[inline]
unsafe fn with_links<L: Link, R>(
    node: NonNull<L::Target>,
    f: impl FnOnce(&mut Neighbours<L::Target>) -> R,
) -> R {
    // SAFETY: `node` is alive, as our caller promises.
    let links = unsafe { L::links(node) };
    // SAFETY: the links are a part of the element, and alive with it.
    let links = unsafe { links.as_ref() };
    // SAFETY: the links are the list's, and `f` is one of those below: each reads or writes two
    // pointers, and cannot come back to here.
    links.neighbours.with_mut(|links| f(unsafe { &mut *links }))
}

#[inline]
unsafe fn prev_of<L: Link>(node: NonNull<L::Target>) -> Option<NonNull<L::Target>> {
    // SAFETY: as our caller promises.
    unsafe { with_links::<L, _>(node, |links| links.prev) }
}

#[inline]
unsafe fn next_of<L: Link>(node: NonNull<L::Target>) -> Option<NonNull<L::Target>> {
    // SAFETY: as our caller promises.
    unsafe { with_links::<L, _>(node, |links| links.next) }
}

#[inline]
unsafe fn set_prev<L: Link>(node: NonNull<L::Target>, prev: Option<NonNull<L::Target>>) {
    // SAFETY: as our caller promises.
    unsafe { with_links::<L, _>(node, |links| links.prev = prev) }
}

#[inline]
unsafe fn set_next<L: Link>(node: NonNull<L::Target>, next: Option<NonNull<L::Target>>) {
    // SAFETY: as our caller promises.
    unsafe { with_links::<L, _>(node, |links| links.next = next) }
}
