//! All sources of a driver.
//!
//! A token is an address, so what is there must stay for as long as an event may still speak of it.
//! To deregister a source does not end that at once: the driver may have an event of it in hand
//! already. And if the memory is used again by then, the event goes to another source (mio #935). So
//! a source that is deregistered goes to a second list, and the driver itself frees what is in it,
//! before it asks for the next events: then it has none in hand.
//!
//! ```text
//!     register ──> listed ── deregister ──> released ── the driver has no events in hand ──> freed
//!                    │
//!                    └── the system refused it: no event knows of it ──────────────────────> freed
//! ```
//!
//! # Invariants
//!
//! - **Freed Between Events**: the list's reference to a source that the system knew of is dropped by
//!   the holder of the turn, when it has no events in hand.
//!
//! In tokio: `runtime/io/registration_set.rs`.

use std::fmt;
use std::io;
use std::ptr::NonNull;
use std::sync::Arc;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};

use harness::list::{Link, LinkedList, Links};
use locks::list::relock;
use model::loom::sync::atomic::AtomicUsize;
use model::loom::sync::{Mutex, MutexGuard};

use crate::scheduled_io::{ScheduledIo, shut_down_error};

/// The sources that are registered, and those that were.
pub(crate) struct Sources {
    lists: Mutex<Lists>,
    /// How many are in `released`: a look at it spares the driver the lock. Written under the lock.
    released: AtomicUsize,
}

struct Lists {
    listed: LinkedList<AllSources>,
    /// How many are in `listed`: to be shown.
    count: usize,
    /// Only the holder of the turn frees them (Freed Between Events).
    released: Vec<Arc<ScheduledIo>>,
    /// Nothing is registered any more.
    is_shut_down: bool,
}

/// So many sources are kept for the driver before it is woken to free them: enough that a server
/// that closes a connection now and then does not wake it, and about 4 KiB.
const TOO_MANY: usize = 16;

impl Sources {
    pub(crate) fn new() -> Sources {
        Sources {
            lists: Mutex::new(Lists {
                listed: LinkedList::new(),
                count: 0,
                released: Vec::new(),
                is_shut_down: false,
            }),
            released: AtomicUsize::new(0),
        }
    }

    /// Lists a source, before the system knows of it.
    ///
    /// # Errors
    ///
    /// If the driver was shut down.
    pub(crate) fn insert(&self, io: &Arc<ScheduledIo>) -> io::Result<()> {
        let reference = Arc::clone(io);
        let mut lists = self.lock();
        if lists.is_shut_down {
            return Err(shut_down_error());
        }
        // SAFETY: it is new, and in no list.
        unsafe { lists.listed.push_front(reference) };
        lists.count += 1;
        Ok(())
    }

    /// Takes a source out that the system refused. No event can speak of it, so it need not be kept.
    pub(crate) fn remove_refused(&self, io: &Arc<ScheduledIo>) {
        let reference = remove(&mut self.lock(), io);
        // What is in it is ours, and still the lock is free when it goes.
        drop(reference);
    }

    // ANCHOR: release
    /// Takes a source out that the system does not know any more, and keeps it for the driver.
    /// Returns whether the driver should be woken to free what is kept.
    #[must_use = "the driver may be asleep"]
    pub(crate) fn release(&self, io: &Arc<ScheduledIo>) -> bool {
        // ANCHOR: ex-8-8-release
        let mut lists = self.lock();
        let Some(reference) = remove(&mut lists, io) else {
            // The shutdown has released all sources.
            return false;
        };
        lists.released.push(reference);
        let count = lists.released.len();
        // ORDERING: Release, for the look in `free_released`. It may come too early and see nothing;
        // then the next one sees it.
        self.released.store(count, Release);
        count == TOO_MANY
        // ANCHOR_END: ex-8-8-release
    }
    // ANCHOR_END: release

    /// Whether there may be something to free.
    #[inline]
    pub(crate) fn has_released(&self) -> bool {
        // ORDERING: Acquire, with `release`. The list itself is under the lock.
        self.released.load(Acquire) != 0
    }

    // ANCHOR: free-released
    /// Frees what was released. The caller is the driver, and has no events in hand.
    pub(crate) fn free_released(&self) {
        if !self.has_released() {
            return;
        }
        let mut lists = self.lock();
        let released = std::mem::take(&mut lists.released);
        // ORDERING: written under the lock, and a look that misses it takes the lock in vain.
        self.released.store(0, Relaxed);
        drop(lists);
        drop(released);
    }
    // ANCHOR_END: free-released

    /// Refuses sources from now on, and releases all of them. Returns them.
    pub(crate) fn shut_down(&self) -> Vec<Arc<ScheduledIo>> {
        let mut lists = self.lock();
        lists.is_shut_down = true;
        let first = lists.released.len();
        while let Some(io) = lists.listed.pop_back() {
            lists.released.push(io);
        }
        lists.count = 0;
        // ORDERING: Release, as in `release`.
        self.released.store(lists.released.len(), Release);
        lists.released[first..].to_vec()
    }

    /// How many are listed.
    pub(crate) fn count_listed(&self) -> usize {
        self.lock().count
    }

    /// How many wait to be freed.
    pub(crate) fn count_released(&self) -> usize {
        self.lock().released.len()
    }

    fn lock(&self) -> MutexGuard<'_, Lists> {
        relock(&self.lists)
    }
}

/// Takes a source out of the list, if it is there.
fn remove(lists: &mut Lists, io: &Arc<ScheduledIo>) -> Option<Arc<ScheduledIo>> {
    // Not by way of a reference to the source: the list makes an `Arc` of this pointer, which is to reach
    // the counts as well.
    let node = NonNull::new(Arc::as_ptr(io).cast_mut()).expect("an `Arc` is never null");
    // SAFETY: the source is alive, and it was put into this list, or it was never listed at all: a
    // driver has one list, and a registration knows its driver.
    let reference = unsafe { lists.listed.remove(node) }?;
    lists.count -= 1;
    Some(reference)
}

impl Drop for Sources {
    fn drop(&mut self) {
        let lists = self.lists.get_mut().unwrap_or_else(|it| it.into_inner());
        while let Some(io) = lists.listed.pop_back() {
            drop(io);
        }
    }
}

impl fmt::Debug for Sources {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sources").finish_non_exhaustive()
    }
}

/// How the list of all sources links them. It owns a reference to each.
struct AllSources;

// SAFETY: an `Arc` in raw form keeps its target alive and where it is; `links` is a field, reached
// without a reference to the whole.
unsafe impl Link for AllSources {
    type Handle = Arc<ScheduledIo>;
    type Target = ScheduledIo;

    fn into_raw(io: Arc<ScheduledIo>) -> NonNull<ScheduledIo> {
        let pointer = Arc::into_raw(io).cast_mut();
        // SAFETY: an `Arc` is never null.
        unsafe { NonNull::new_unchecked(pointer) }
    }

    unsafe fn from_raw(io: NonNull<ScheduledIo>) -> Arc<ScheduledIo> {
        // SAFETY: our caller promises that the pointer is of `into_raw`, and is used once.
        unsafe { Arc::from_raw(io.as_ptr()) }
    }

    unsafe fn links(io: NonNull<ScheduledIo>) -> NonNull<Links<ScheduledIo>> {
        let offset = std::mem::offset_of!(ScheduledIo, links);
        // SAFETY: a field of a target that is alive.
        unsafe { io.byte_add(offset) }.cast()
    }
}
