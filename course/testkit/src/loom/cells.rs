//! Cells.

use std::panic::Location;

use crate::record::{self, Attempt, Object, Of, What};

/// See `loom::cell::UnsafeCell`.
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

    /// What it holds.
    pub fn into_inner(self) -> T {
        self.cell.into_inner()
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

impl<T: Default> Default for UnsafeCell<T> {
    #[track_caller]
    fn default() -> UnsafeCell<T> {
        UnsafeCell::new(T::default())
    }
}
