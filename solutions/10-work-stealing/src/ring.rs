//! A run queue that other workers can steal from.
//!
//! Each worker has one. The worker pushes at one end and pops at the other, as if the queue were its own; and
//! at any moment, also while the worker is in the middle of a long poll, any other worker may take half of it.
//! There is no lock: two counters say which part of a fixed array is in use.
//!
//! ```text
//!            head: the next to be taken          tail: the next free place
//!              │  moved by every taker             │  moved by the owner alone
//!              v                                   v
//!     ┌───┬───┬───┬───┬───┬───┬───┬───┬───┬───┬───┬───┬───┬───┐
//!     │   │   │ A │ B │ C │ D │ E │ F │ G │ H │ I │   │   │   │   place = counter modulo CAPACITY
//!     └───┴───┴───┴───┴───┴───┴───┴───┴───┴───┴───┴───┴───┴───┘
//!              └─ a thief copies A..E, ─┘
//!                 then moves head from A to F: if head is still A, they are the thief's
//! ```
//!
//! All takers do the same: they copy first, and claim then, with one compare-and-exchange of `head`. A claim
//! that fails costs nothing but the copies. So there is one word to win, and no state in which a thief is half
//! done and the owner has to wait.
//!
//! # Invariants
//!
//! - **Tail Is The Owner's**: only the owner writes `tail`, and only the owner writes places.
//! - **In Between Is Full**: the places from `head` to `tail` hold values. `tail - head` is CAPACITY at most.
//! - **Head Only Grows**: each value is handed out by the one exchange that moved `head` past it.
//!
//! # Why a copy may be trusted
//!
//! A thief reads a place while the owner may write it. It must never keep what it read then. The owner
//! writes a place again only after it has seen, by an Acquire load, a `head` that is past it. If the thief's
//! exchange succeeds, `head` had not moved since the thief looked; so the owner's look at a later `head` reads the
//! thief's exchange or one after it, and each of them releases what the thief read before. The owner's write
//! therefore comes after the thief's read. If `head` has moved, the exchange fails, and the copies are thrown away.
//!
//! Could `head` have moved and come back? It has 64 bits, and only grows: at one task each nanosecond it comes back
//! after 584 years.
//!
//! In tokio: `runtime/scheduler/multi_thread/queue.rs`, where a thief claims first and copies then, and `head` is two
//! counters.

use std::fmt;
use std::marker::PhantomData;
use std::ptr;
use std::sync::Arc;
use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};

use harness::{Link, Notified};
use model::loom::sync::atomic::{AtomicPtr, AtomicU64};

/// A value that fits into a word, so that it can be read while another thread writes it.
///
/// # Safety
///
/// `from_word` is given each word once that `into_word` has returned, on any thread.
pub unsafe trait Word: Send {
    /// The value as a word. It is leaked unless it is made a value again.
    fn into_word(self) -> *mut ();

    /// The value again.
    ///
    /// # Safety
    ///
    /// The word came from `into_word` of this type, and this is the only time that it is made a value again.
    unsafe fn from_word(word: *mut ()) -> Self;
}

/// Where half of a full queue goes.
pub trait Overflow<T> {
    /// Takes over a batch, in the order in which it was queued.
    fn push_batch(&self, batch: Drained<'_, T>);
}

/// The owner's end. There is one, and it may be moved to another thread.
///
/// # Examples
///
/// ```
/// use std::cell::Cell;
/// use std::ptr;
///
/// use work_stealing::ring::{CAPACITY, Drained, Overflow, Word, ring};
///
/// struct Number(usize);
///
/// // SAFETY: a number is a number on every thread.
/// unsafe impl Word for Number {
///     fn into_word(self) -> *mut () {
///         ptr::without_provenance_mut(self.0)
///     }
///
///     unsafe fn from_word(word: *mut ()) -> Number {
///         Number(word.addr())
///     }
/// }
///
/// /// Counts what does not fit.
/// #[derive(Default)]
/// struct Count(Cell<usize>);
///
/// impl Overflow<Number> for Count {
///     fn push_batch(&self, batch: Drained<'_, Number>) {
///         self.0.set(self.0.get() + batch.len());
///     }
/// }
///
/// let (mut owner, _thief) = ring();
/// let overflow = Count::default();
/// for number in 0..=CAPACITY {
///     owner.push(Number(number), &overflow);
/// }
/// // When there was no room, the older half went, and the new value with it.
/// assert_eq!(overflow.0.get(), CAPACITY / 2 + 1);
/// assert_eq!(owner.pop().map(|number| number.0), Some(CAPACITY / 2));
/// ```
pub struct Owner<T: Word> {
    ring: Arc<Ring<T>>,
}

/// The thieves' end. Each worker has one of each other worker's queue.
///
/// # Examples
///
/// ```
/// # use std::ptr;
/// #
/// use work_stealing::ring::{Drained, Missed, Overflow, Word, ring};
///
/// // `Word for Number` is written as in the example of `Owner`.
/// # #[derive(Debug, PartialEq)]
/// # struct Number(usize);
/// # // SAFETY: a number is a number on every thread.
/// # unsafe impl Word for Number {
/// #     fn into_word(self) -> *mut () {
/// #         ptr::without_provenance_mut(self.0)
/// #     }
/// #     unsafe fn from_word(word: *mut ()) -> Number {
/// #         Number(word.addr())
/// #     }
/// # }
/// # struct Never;
/// # impl Overflow<Number> for Never {
/// #     fn push_batch(&self, _: Drained<'_, Number>) {
/// #         unreachable!("there is room");
/// #     }
/// # }
/// let (mut busy, thief) = ring();
/// let (mut mine, _) = ring();
/// for number in 1..=5 {
///     busy.push(Number(number), &Never);
/// }
/// // Half of five, rounded up: the first is returned, and two are in our own queue.
/// assert_eq!(thief.steal_half(&mut mine), Ok(Number(1)));
/// assert_eq!((mine.len(), busy.len()), (2, 2));
/// assert_eq!(busy.pop(), Some(Number(4)));
/// ```
pub struct Thief<T: Word> {
    ring: Arc<Ring<T>>,
}

/// Values that were taken out of a queue in one step.
///
/// # Examples
///
/// ```
/// # use std::ptr;
/// use std::sync::Mutex;
///
/// use work_stealing::ring::{CAPACITY, Drained, Overflow, Word, ring};
///
/// // `Word for Number` is written as in the example of `Owner`.
/// # #[derive(Debug, PartialEq)]
/// # struct Number(usize);
/// # // SAFETY: a number is a number on every thread.
/// # unsafe impl Word for Number {
/// #     fn into_word(self) -> *mut () {
/// #         ptr::without_provenance_mut(self.0)
/// #     }
/// #     unsafe fn from_word(word: *mut ()) -> Number {
/// #         Number(word.addr())
/// #     }
/// # }
/// /// Puts the whole batch behind the others, and takes the lock once for it.
/// struct List(Mutex<Vec<Number>>);
///
/// impl Overflow<Number> for List {
///     fn push_batch(&self, batch: Drained<'_, Number>) {
///         self.0.lock().unwrap().extend(batch);
///     }
/// }
///
/// let (mut owner, _thief) = ring();
/// let list = List(Mutex::new(Vec::new()));
/// for number in 0..=CAPACITY {
///     owner.push(Number(number), &list);
/// }
/// let list = list.0.into_inner().unwrap();
/// assert_eq!(list.first(), Some(&Number(0)), "in the order in which they were queued");
/// assert_eq!(list.last(), Some(&Number(CAPACITY)));
/// ```
#[derive(Debug)]
pub struct Drained<'a, T> {
    words: &'a [*mut ()],
    values: PhantomData<T>,
}

/// A place in the order of a queue: see [`Owner::mark`].
///
/// # Examples
///
/// ```
/// # use std::ptr;
/// #
/// use work_stealing::ring::{Drained, Overflow, Word, ring};
///
/// // `Word for Number` is written as in the example of `Owner`.
/// # struct Number(usize);
/// # // SAFETY: a number is a number on every thread.
/// # unsafe impl Word for Number {
/// #     fn into_word(self) -> *mut () {
/// #         ptr::without_provenance_mut(self.0)
/// #     }
/// #     unsafe fn from_word(word: *mut ()) -> Number {
/// #         Number(word.addr())
/// #     }
/// # }
/// # struct Never;
/// # impl Overflow<Number> for Never {
/// #     fn push_batch(&self, _: Drained<'_, Number>) {
/// #         unreachable!("there is room");
/// #     }
/// # }
/// let (mut owner, _thief) = ring();
/// owner.push(Number(1), &Never);
/// let mark = owner.mark();
/// // What comes after the mark does not count.
/// owner.push(Number(2), &Never);
/// assert!(!owner.has_reached(mark));
/// owner.pop();
/// assert!(owner.has_reached(mark));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark(u64);

impl Mark {
    /// How many values were queued after `earlier`, and before this mark.
    pub fn since(self, earlier: Mark) -> u64 {
        self.0.wrapping_sub(earlier.0)
    }
}

/// There was nothing to steal, or another thread was faster.
///
/// # Examples
///
/// ```
/// # use std::ptr;
/// #
/// use work_stealing::ring::{Missed, Word, ring};
///
/// // `Word for Number` is written as in the example of `Owner`.
/// # #[derive(Debug, PartialEq)]
/// # struct Number(usize);
/// # // SAFETY: a number is a number on every thread.
/// # unsafe impl Word for Number {
/// #     fn into_word(self) -> *mut () {
/// #         ptr::without_provenance_mut(self.0)
/// #     }
/// #     unsafe fn from_word(word: *mut ()) -> Number {
/// #         Number(word.addr())
/// #     }
/// # }
/// let (_owner, thief) = ring::<Number>();
/// let (mut mine, _) = ring();
/// assert_eq!(thief.steal_half(&mut mine), Err(Missed::Empty), "look at another worker's queue");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missed {
    /// The queue is empty.
    Empty,
    /// Another thread has taken something meanwhile. It may be tried again.
    Raced,
}

#[repr(align(128))]
struct Ring<T> {
    /// Moved by all who take.
    head: AtomicU64,
    /// Moved by the owner.
    tail: AtomicU64,
    places: [AtomicPtr<()>; CAPACITY],
    values: PhantomData<fn(T) -> T>,
}

/// How many tasks a queue holds: a power of two. A worker that has more shares them anyway. Under loom it is
/// small, so that models come to the end of it.
pub const CAPACITY: usize = if cfg!(loom) { 4 } else { 256 };

const CAPACITY_U64: u64 = CAPACITY as u64;

const _: () = assert!(CAPACITY.is_power_of_two());

/// The most that is taken in one step.
const HALF: usize = CAPACITY / 2;

/// A new queue, by its two ends.
pub fn ring<T: Word>() -> (Owner<T>, Thief<T>) {
    ring_starting_at(0)
}

/// A queue whose counters start at `start`, for tests of what happens when they come round.
pub fn ring_starting_at<T: Word>(start: u64) -> (Owner<T>, Thief<T>) {
    let ring = Arc::new(Ring {
        head: AtomicU64::new(start),
        tail: AtomicU64::new(start),
        places: std::array::from_fn(|_| AtomicPtr::new(ptr::null_mut())),
        values: PhantomData,
    });
    let thief = Thief {
        ring: Arc::clone(&ring),
    };
    (Owner { ring }, thief)
}

/// The owner reads `tail` and the places Relaxed: it wrote them itself. `head` is read with Acquire, as it tells which
/// places are free (see *Why a copy may be trusted*), and moved with Release, for a thief that loads `head` and then `tail`:
/// it then sees a `tail` that is not before that `head`.
impl<T: Word> Owner<T> {
    // ANCHOR: push
    /// Queues a value behind the others. If there is no room, half of the queue goes to `overflow`, and the value
    /// with it.
    #[inline]
    pub fn push(&mut self, value: T, overflow: &impl Overflow<T>) {
        let word = value.into_word();
        let tail = self.ring.tail.load(Relaxed);
        loop {
            let head = self.ring.head.load(Acquire);
            if tail.wrapping_sub(head) < CAPACITY_U64 {
                self.ring.place(tail).store(word, Relaxed);
                // ORDERING: Release, with the Acquire loads of `tail` by thieves: they find the value in its place.
                self.ring.tail.store(tail.wrapping_add(1), Release);
                return;
            }
            if self.overflow(head, word, overflow) {
                return;
            }
            // A thief was faster, and there is room now.
        }
    }
    // ANCHOR_END: push

    // ANCHOR: overflow
    /// Takes out the first half and gives it away, with `word` at its end. Returns whether it could.
    #[cold]
    fn overflow(&self, head: u64, word: *mut (), overflow: &impl Overflow<T>) -> bool {
        let mut words = [ptr::null_mut(); HALF + 1];
        for (i, copy) in words[..HALF].iter_mut().enumerate() {
            *copy = self.ring.place(head.wrapping_add(i as u64)).load(Relaxed);
        }
        if !self.ring.claim(head, HALF as u64) {
            return false;
        }
        words[HALF] = word;
        overflow.push_batch(Drained {
            words: &words,
            values: PhantomData,
        });
        true
    }
    // ANCHOR_END: overflow

    // ANCHOR: pop
    /// Takes the value that has waited for longest.
    #[inline]
    pub fn pop(&mut self) -> Option<T> {
        let tail = self.ring.tail.load(Relaxed);
        let mut head = self.ring.head.load(Acquire);
        while head != tail {
            let word = self.ring.place(head).load(Relaxed);
            if self.ring.claim(head, 1) {
                // SAFETY: the place was full (invariant: In Between Is Full), and the claim makes it ours.
                return Some(unsafe { T::from_word(word) });
            }
            head = self.ring.head.load(Acquire);
        }
        None
    }
    // ANCHOR_END: pop

    /// How many values are queued. Thieves may take some of them at any moment.
    #[inline]
    pub fn len(&self) -> usize {
        self.ring.len()
    }

    /// Whether no value is queued.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The place behind all that is queued now.
    #[inline]
    pub fn mark(&self) -> Mark {
        Mark(self.ring.tail.load(Relaxed))
    }

    /// Whether all that was queued before `mark` has been taken out.
    #[inline]
    pub fn has_reached(&self, mark: Mark) -> bool {
        // The difference is small, and so its sign is right also when the counters come round.
        self.ring.head.load(Relaxed).wrapping_sub(mark.0) as i64 >= 0
    }
}

impl<T: Word> Thief<T> {
    /// How many values were queued a moment ago.
    #[inline]
    pub fn len(&self) -> usize {
        self.ring.len()
    }

    /// Whether no value was queued a moment ago.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Takes the value that has waited for longest. The thief may have some of its own.
    ///
    /// # Errors
    ///
    /// If there is nothing, or another thread was faster.
    pub fn steal_one(&self) -> Result<T, Missed> {
        let head = self.ring.head.load(Acquire);
        // ORDERING: Acquire, with the Release in `push`.
        let tail = self.ring.tail.load(Acquire);
        match tail.wrapping_sub(head) {
            0 => return Err(Missed::Empty),
            // `head` had moved on before `tail` was read.
            len if CAPACITY_U64 < len => return Err(Missed::Raced),
            _ => {}
        }
        let word = self.ring.place(head).load(Relaxed);
        if !self.ring.claim(head, 1) {
            return Err(Missed::Raced);
        }
        // SAFETY: the place was full (invariant: In Between Is Full), and the claim makes it ours.
        Ok(unsafe { T::from_word(word) })
    }

    // ANCHOR: steal
    /// Takes half of what is queued, rounded up: returns the first of it, and puts the rest into `mine`.
    ///
    /// # Errors
    ///
    /// If there is nothing, or another thread was faster.
    ///
    /// # Panics
    ///
    /// If `mine` is not empty: a worker steals when it has nothing to do.
    pub fn steal_half(&self, mine: &mut Owner<T>) -> Result<T, Missed> {
        let my_tail = mine.ring.tail.load(Relaxed);
        // ORDERING: Acquire, as for all who are about to write a place.
        let my_head = mine.ring.head.load(Acquire);
        assert!(my_head == my_tail, "a worker steals that has tasks");
        let head = self.ring.head.load(Acquire);
        // ORDERING: Acquire, with the Release in `push`.
        let tail = self.ring.tail.load(Acquire);
        let len = tail.wrapping_sub(head);
        if len == 0 {
            return Err(Missed::Empty);
        }
        if CAPACITY_U64 < len {
            // `head` had moved on before `tail` was read.
            return Err(Missed::Raced);
        }
        let count = len - len / 2;
        let first = self.ring.place(head).load(Relaxed);
        for i in 1..count {
            let copy = self.ring.place(head.wrapping_add(i)).load(Relaxed);
            // Not ours yet, and not seen by anyone before our `tail` is moved.
            mine.ring
                .place(my_tail.wrapping_add(i - 1))
                .store(copy, Relaxed);
        }
        if !self.ring.claim(head, count) {
            return Err(Missed::Raced);
        }
        // ORDERING: Release, with the Acquire loads of `tail` by those who steal from us.
        mine.ring
            .tail
            .store(my_tail.wrapping_add(count - 1), Release);
        // SAFETY: the place was full (invariant: In Between Is Full), and the claim makes it ours.
        Ok(unsafe { T::from_word(first) })
    }
    // ANCHOR_END: steal
}

impl<T> Ring<T> {
    #[inline]
    fn place(&self, counter: u64) -> &AtomicPtr<()> {
        // The cut is meant: the capacity is a power of two.
        &self.places[counter as usize & (CAPACITY - 1)]
    }

    // ANCHOR: claim
    /// Moves `head` past `count` values, if it is still where they were copied (invariant: Head Only Grows).
    #[inline]
    fn claim(&self, head: u64, count: u64) -> bool {
        // ORDERING: Release gives away the reads of the places, to the owner that will write them again, and that
        // looks at `head` with Acquire before. Acquire goes with it: a chain of claims hands all of that on.
        self.head
            .compare_exchange(head, head.wrapping_add(count), AcqRel, Relaxed)
            .is_ok()
    }
    // ANCHOR_END: claim

    /// Exact for the owner as long as nothing is stolen, and a hint for all others.
    #[inline]
    fn len(&self) -> usize {
        // ORDERING: Acquire on `head`, so that `tail` is not from before it.
        let head = self.head.load(Acquire);
        let tail = self.tail.load(Acquire);
        // If `head` moved on meanwhile, this is too much.
        tail.wrapping_sub(head).min(CAPACITY_U64) as usize
    }
}

impl<T: Word> Iterator for Drained<'_, T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        let (&word, rest) = self.words.split_first()?;
        self.words = rest;
        // SAFETY: the words were claimed together, and each is made a value once, here.
        Some(unsafe { T::from_word(word) })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.words.len(), Some(self.words.len()))
    }
}

impl<T> ExactSizeIterator for Drained<'_, T> where T: Word {}

// SAFETY: a ticket is `Send`, and is the only one for its task.
unsafe impl<S: 'static> Word for Notified<S> {
    #[inline]
    fn into_word(self) -> *mut () {
        self.into_link().as_ptr().cast()
    }

    #[inline]
    unsafe fn from_word(word: *mut ()) -> Notified<S> {
        // SAFETY: it was made of a link, which is not null.
        let link = unsafe { ptr::NonNull::new_unchecked(word.cast::<Link>()) };
        // SAFETY: as our caller promises.
        unsafe { Notified::from_link(link) }
    }
}

/// Drops what is left. A thief may be at work still, so it is taken out one by one.
impl<T: Word> Drop for Owner<T> {
    fn drop(&mut self) {
        while let Some(value) = self.pop() {
            drop(value);
        }
    }
}

impl<T: Word> Clone for Thief<T> {
    fn clone(&self) -> Thief<T> {
        Thief {
            ring: Arc::clone(&self.ring),
        }
    }
}

impl<T: Word> fmt::Debug for Owner<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Owner").field("len", &self.len()).finish()
    }
}

impl<T: Word> fmt::Debug for Thief<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Thief").field("len", &self.len()).finish()
    }
}
