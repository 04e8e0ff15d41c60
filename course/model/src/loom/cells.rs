//! Cells.

use std::mem::ManuallyDrop;
use std::panic::Location;
use std::ptr;
use std::thread;

use crate::record::{self, Here};
use crate::run::{Attempt, Object, Of, What};

/// See `loom::cell::UnsafeCell`. Unlike loom's, the end of a cell is a write.
///
/// A thread that drops a cell gives its memory back, so no other thread may still be reading it, and
/// none may come later. Loom's own cell says nothing when it is dropped: a model would then accept a
/// task that is freed while another thread looks into it. This cell tells loom that it is written
/// once more, for the last time. A use after free is then a race like any other, which loom finds in
/// every run where nothing orders the use before the end.
#[derive(Debug)]
pub struct UnsafeCell<T> {
    cell: ::loom::cell::UnsafeCell<T>,
    object: Object,
}

impl<T> UnsafeCell<T> {
    /// A cell that holds `value`.
    #[track_caller]
    pub fn new(value: T) -> UnsafeCell<T> {
        UnsafeCell {
            cell: ::loom::cell::UnsafeCell::new(value),
            object: record::made(Of::Nothing, 0, Location::caller()),
        }
    }

    /// What it holds. The cell ends here too.
    #[track_caller]
    pub fn into_inner(self) -> T {
        self.end(Some(Location::caller()));
        let this = ManuallyDrop::new(self);
        // SAFETY: the pointer is to a whole cell, and `this` is neither used again nor dropped. So
        // the cell is moved out of it once.
        let cell = unsafe { ptr::read(&this.cell) };
        cell.into_inner()
    }

    /// Tells loom that nothing may touch the cell any more.
    ///
    /// It is told nothing while its thread unwinds: the run has failed already, or will be told as
    /// one that panicked, and a second panic would end the process.
    fn end(&self, place: Option<Here>) {
        if thread::panicking() {
            return;
        }
        let telling = record::attempt(Attempt::End, self.object, place);
        self.cell.with_mut(|_| ());
        telling.done(What::CellEnds);
        record::ended(self.object);
    }

    /// Calls `f` with a pointer to read through.
    #[track_caller]
    pub fn with<R>(&self, f: impl FnOnce(*const T) -> R) -> R {
        let place = Some(Location::caller());
        let telling = record::attempt(Attempt::Read, self.object, place);
        let result = self.cell.with(|value| {
            telling.done(What::ReadBegins);
            f(value)
        });
        record::step(What::ReadEnds, self.object, place);
        result
    }

    /// Calls `f` with a pointer to write through.
    #[track_caller]
    pub fn with_mut<R>(&self, f: impl FnOnce(*mut T) -> R) -> R {
        let place = Some(Location::caller());
        let telling = record::attempt(Attempt::Write, self.object, place);
        let result = self.cell.with_mut(|value| {
            telling.done(What::WriteBegins);
            f(value)
        });
        record::step(What::WriteEnds, self.object, place);
        result
    }

    /// See `loom::cell::UnsafeCell::get`. Not recorded.
    #[track_caller]
    pub fn get(&self) -> ::loom::cell::ConstPtr<T> {
        self.cell.get()
    }

    /// See `loom::cell::UnsafeCell::get_mut`. Not recorded.
    #[track_caller]
    pub fn get_mut(&self) -> ::loom::cell::MutPtr<T> {
        self.cell.get_mut()
    }
}

impl<T> Drop for UnsafeCell<T> {
    fn drop(&mut self) {
        self.end(None);
    }
}

impl<T: Default> Default for UnsafeCell<T> {
    #[track_caller]
    fn default() -> UnsafeCell<T> {
        UnsafeCell::new(T::default())
    }
}
