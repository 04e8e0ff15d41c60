//! A cell that is empty or holds one value, however large the value is.
//!
//! `UnsafeCell<Option<T>>` would do for a small value. But to write `Some(value)` into it, the code
//! first makes the `Some` on the stack; and to make an empty one it moves a `None` that is as large as
//! the value. A debug build has a copy of each on its stack. Here the note that there is a value is
//! a cell of its own. So an empty cell is made where it stays, and a value moves once.
//!
//! # Who may touch what
//!
//! Both cells belong to one side at a time. The owner of the `ValueCell` says to which: the unsafe
//! functions make it their callers' duty.

use std::fmt;
use std::mem::MaybeUninit;
use std::ptr;

use model::loom::cell::UnsafeCell;

/// Holds a value, or none. It does not drop the value: take it out.
///
/// # Examples
///
/// ```
/// use std::mem::ManuallyDrop;
///
/// use atomic_waker::ValueCell;
///
/// let cell = ValueCell::new();
/// let message = ManuallyDrop::new(String::from("hello"));
/// // SAFETY: no other thread has the cell, and the message is not dropped where it was.
/// unsafe { cell.put(&raw const *message) };
/// // SAFETY: no other thread has the cell.
/// assert_eq!(unsafe { cell.take() }, Some("hello".to_owned()));
/// // SAFETY: as above.
/// assert_eq!(unsafe { cell.take() }, None);
/// ```
pub struct ValueCell<T> {
    /// Whether the value is there.
    is_full: UnsafeCell<bool>,
    value: UnsafeCell<MaybeUninit<T>>,
}

impl<T> ValueCell<T> {
    /// An empty cell. An empty cell for large values is better made in place, by
    /// [`init`](ValueCell::init).
    pub fn new() -> ValueCell<T> {
        ValueCell {
            is_full: UnsafeCell::new(false),
            value: UnsafeCell::new(MaybeUninit::uninit()),
        }
    }

    /// Makes an empty cell at `place`.
    ///
    /// # Safety
    ///
    /// `place` can be written, and is aligned. What was there is not dropped.
    pub unsafe fn init(place: *mut ValueCell<T>) {
        // SAFETY: as our caller promises; the address of a field of it.
        let is_full = unsafe { &raw mut (*place).is_full };
        // SAFETY: as above, and a field is aligned.
        unsafe { is_full.write(UnsafeCell::new(false)) };
        // The value may be left as it is: it has no value yet. The model checker's cell, however,
        // knows more than its value.
        #[cfg(loom)]
        {
            // SAFETY: as above.
            let value = unsafe { &raw mut (*place).value };
            // SAFETY: as above.
            unsafe { value.write(UnsafeCell::new(MaybeUninit::uninit())) };
        }
    }

    /// Moves the value at `value` into the cell, which is empty.
    ///
    /// # Safety
    ///
    /// The cell is the caller's, and so is the value, which must be forgotten after this.
    #[inline]
    #[cfg_attr(loom, track_caller)]
    pub unsafe fn put(&self, value: *const T) {
        // SAFETY: the cell is the caller's.
        unsafe { self.note_full() };
        let place = self.value.with_mut(|place| place.cast::<T>());
        // SAFETY: as above; the place is as large as a value, and apart from all others.
        unsafe { ptr::copy_nonoverlapping(value, place, 1) };
    }

    /// Notes that there is a value.
    ///
    /// # Safety
    ///
    /// The cell is the caller's, and there is one by the time that anything else looks.
    #[cfg_attr(loom, track_caller)]
    unsafe fn note_full(&self) {
        // SAFETY: the cell is the caller's.
        let before = self
            .is_full
            .with_mut(|is_full| unsafe { is_full.replace(true) });
        debug_assert!(!before, "a value was put on another");
    }

    /// Takes the value out; `none` if there is no value.
    ///
    /// # Errors
    ///
    /// If there is no value.
    ///
    /// # Safety
    ///
    /// The cell is the caller's.
    #[inline]
    #[cfg_attr(loom, track_caller)]
    pub unsafe fn take_or<E>(&self, none: E) -> Result<T, E> {
        // SAFETY: as our caller promises.
        match unsafe { self.empty() } {
            // SAFETY: a value was put there, and it is taken once: the note is gone.
            Some(place) => Ok(unsafe { place.read() }),
            None => Err(none),
        }
    }

    /// Takes the value out, which is there.
    ///
    /// # Safety
    ///
    /// The cell is the caller's, and there is a value.
    #[inline]
    #[cfg_attr(loom, track_caller)]
    pub unsafe fn take_full(&self) -> T {
        // SAFETY: as our caller promises.
        let place = unsafe { self.empty() }.expect("there is a value");
        // SAFETY: a value was put there, and it is taken once: the note is gone.
        unsafe { place.read() }
    }

    /// Moves the value out of `value`, which has one, and into the cell. What was in the cell takes
    /// its place.
    ///
    /// # Safety
    ///
    /// The cell is the caller's.
    #[cfg_attr(loom, track_caller)]
    pub unsafe fn exchange(&self, value: &mut Option<T>) {
        let new: *mut T = value.as_mut().expect("there is a value to be put there");
        // SAFETY: as our caller promises.
        if let Some(place) = unsafe { self.empty() } {
            // SAFETY: both are values, and apart from each other.
            unsafe { ptr::swap_nonoverlapping(new, place, 1) };
            // SAFETY: the cell is the caller's, and has a value again.
            unsafe { self.note_full() };
            return;
        }
        // SAFETY: the cell is empty, and the value is forgotten by the line after this.
        unsafe { self.put(new) };
        // SAFETY: a place to be written. Nothing is dropped, for the value has moved.
        unsafe { ptr::write(value, None) };
    }

    /// Drops the value where it is, if there is one.
    ///
    /// # Safety
    ///
    /// The cell is the caller's.
    #[cfg_attr(loom, track_caller)]
    pub unsafe fn clear(&self) {
        // SAFETY: as our caller promises.
        if let Some(place) = unsafe { self.empty() } {
            // SAFETY: a value was put there, and it is dropped once: the note is gone.
            unsafe { place.drop_in_place() };
        }
    }

    /// Takes the value out, as an error: for a sender that has it back.
    ///
    /// # Errors
    ///
    /// With the value, if there is one.
    ///
    /// # Safety
    ///
    /// The cell is the caller's.
    #[cfg_attr(loom, track_caller)]
    pub unsafe fn take_back(&self) -> Result<(), T> {
        // SAFETY: as our caller promises.
        match unsafe { self.empty() } {
            // SAFETY: a value was put there, and it is taken once: the note is gone.
            Some(place) => Err(unsafe { place.read() }),
            None => Ok(()),
        }
    }

    /// Takes the value out, if there is one.
    ///
    /// # Safety
    ///
    /// The cell is the caller's.
    #[inline]
    #[cfg_attr(loom, track_caller)]
    pub unsafe fn take(&self) -> Option<T> {
        // SAFETY: as our caller promises.
        unsafe { self.take_or(()) }.ok()
    }

    /// Forgets that there is a value, and says where it is, if it is there.
    ///
    /// # Safety
    ///
    /// The cell is the caller's, and the caller reads the value before it does anything else.
    #[cfg_attr(loom, track_caller)]
    unsafe fn empty(&self) -> Option<*mut T> {
        // SAFETY: the cell is the caller's.
        let was_full = self
            .is_full
            .with_mut(|is_full| unsafe { is_full.replace(false) });
        was_full.then(|| self.value.with_mut(|place| place.cast::<T>()))
    }

    /// Whether there is a value.
    ///
    /// # Safety
    ///
    /// No other code writes the cell now.
    #[cfg_attr(loom, track_caller)]
    pub unsafe fn is_full(&self) -> bool {
        // SAFETY: as our caller promises.
        self.is_full.with(|is_full| unsafe { *is_full })
    }

    /// A look at the value, which is there.
    ///
    /// # Safety
    ///
    /// There is a value, and as long as the reference lives no code writes or takes it.
    #[inline]
    #[cfg_attr(loom, track_caller)]
    pub unsafe fn get(&self) -> &T {
        // SAFETY: as our caller promises.
        self.value.with(|value| unsafe { &*value.cast::<T>() })
    }
}

impl<T> Default for ValueCell<T> {
    fn default() -> ValueCell<T> {
        ValueCell::new()
    }
}

impl<T> fmt::Debug for ValueCell<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ValueCell").finish_non_exhaustive()
    }
}
