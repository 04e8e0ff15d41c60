//! Atomic words.

use std::any::type_name;
use std::ops::Deref;
use std::panic::Location;
use std::sync::atomic::Ordering;

use crate::record::{self, Telling};
use crate::run::{Attempt, Object, Of, What};

/// See `loom::sync::atomic::fence`.
#[track_caller]
pub fn fence(order: Ordering) {
    ::loom::sync::atomic::fence(order);
    record::step(
        What::Fence { order },
        Object::NONE,
        Some(Location::caller()),
    );
}

/// Makes loom try both orders of two loads.
///
/// Loom looks for another order only where two accesses depend on each other, and remembers the last access
/// of each word alone. A thread that loads a word and then exchanges it covers the load that another thread
/// made before: loom sees that the exchange depends on its own thread's load, and never lets it come before
/// the other one. So a look such as `is_finished`, beside a thread that loads and exchanges, would find the
/// old value in every run. A write that orders nothing, made before each load, makes two loads depend on
/// each other.
#[derive(Debug)]
struct Turn(::loom::sync::atomic::AtomicU8);

impl Turn {
    #[track_caller]
    fn new() -> Turn {
        Turn(::loom::sync::atomic::AtomicU8::new(0))
    }

    fn take(&self) {
        // ORDERING: Relaxed; it has no partner, and must not have one.
        self.0.store(0, Ordering::Relaxed);
    }
}

/// An atomic word of a type that is cast from and to `u64` by these closures.
macro_rules! atomic {
    ($name:ident $(<$generic:ident>)?, $value:ty, $of:expr, $bits:expr) => {
        #[doc = concat!("See `std::sync::atomic::", stringify!($name), "`.")]
        #[derive(Debug)]
        pub struct $name $(<$generic>)? {
            word: ::loom::sync::atomic::$name $(<$generic>)?,
            /// Written before each load: see [`Turn`].
            turn: Turn,
            object: Object,
        }

        impl $(<$generic>)? $name $(<$generic>)? {
            /// A word that holds `value`.
            #[track_caller]
            pub fn new(value: $value) -> Self {
                $name {
                    word: ::loom::sync::atomic::$name::new(value),
                    turn: Turn::new(),
                    object: record::made($of, Self::bits(value), Location::caller()),
                }
            }

            fn bits(value: $value) -> u64 {
                let bits: fn($value) -> u64 = $bits;
                bits(value)
            }

            #[track_caller]
            fn attempt(&self) -> Telling {
                record::attempt(Attempt::Access, self.object, Some(Location::caller()))
            }

            /// Reads the word.
            #[track_caller]
            pub fn load(&self, order: Ordering) -> $value {
                let telling = self.attempt();
                self.turn.take();
                let value = self.word.load(order);
                let latest = record::latest(self.object);
                telling.done(What::Load { order, value: Self::bits(value), latest });
                value
            }

            /// Writes the word.
            #[track_caller]
            pub fn store(&self, value: $value, order: Ordering) {
                let telling = self.attempt();
                self.word.store(value, order);
                let before = record::latest(self.object);
                telling.done(What::Change { name: "store".into(), order, at_failure: None, before, after: Self::bits(value) });
            }

            /// Writes the word and returns what it held.
            #[track_caller]
            pub fn swap(&self, value: $value, order: Ordering) -> $value {
                let telling = self.attempt();
                let before = self.word.swap(value, order);
                let (before_bits, after) = (Self::bits(before), Self::bits(value));
                telling.done(What::Change { name: "swap".into(), order, at_failure: None, before: before_bits, after });
                before
            }

            /// Writes the word if it holds `current`.
            ///
            /// # Errors
            ///
            /// With what it holds, if that is something else.
            #[track_caller]
            pub fn compare_exchange(
                &self,
                current: $value,
                new: $value,
                success: Ordering,
                failure: Ordering,
            ) -> Result<$value, $value> {
                let telling = self.attempt();
                let result = self.word.compare_exchange(current, new, success, failure);
                let orders = (success, failure);
                telling.done(exchange("compare_exchange", orders, result.map(Self::bits).map_err(Self::bits), Self::bits(new)));
                result
            }

            /// Writes the word if it holds `current`. Under loom it never fails for nothing.
            ///
            /// # Errors
            ///
            /// With what it holds, if that is something else.
            #[track_caller]
            pub fn compare_exchange_weak(
                &self,
                current: $value,
                new: $value,
                success: Ordering,
                failure: Ordering,
            ) -> Result<$value, $value> {
                let telling = self.attempt();
                let result = self.word.compare_exchange_weak(current, new, success, failure);
                let orders = (success, failure);
                telling.done(exchange("compare_exchange_weak", orders, result.map(Self::bits).map_err(Self::bits), Self::bits(new)));
                result
            }

            /// Writes what `f` makes of the word, until nobody has written in between.
            ///
            /// # Errors
            ///
            /// With what it holds, if `f` returns `None`.
            #[track_caller]
            pub fn fetch_update(
                &self,
                set_order: Ordering,
                fetch_order: Ordering,
                mut f: impl FnMut($value) -> Option<$value>,
            ) -> Result<$value, $value> {
                let mut seen = self.load(fetch_order);
                while let Some(next) = f(seen) {
                    match self.compare_exchange_weak(seen, next, set_order, fetch_order) {
                        Ok(before) => return Ok(before),
                        Err(found) => seen = found,
                    }
                }
                Err(seen)
            }

            /// What the word holds.
            pub fn into_inner(self) -> $value {
                // SAFETY: nobody else can reach it.
                unsafe { self.word.unsync_load() }
            }
        }

        // Not a write to loom, as the end of a cell is: what a waker made of `std`'s `Arc` counts by, loom
        // does not see, so it would find races that are none. A use after the end is told as one.
        impl $(<$generic>)? Drop for $name $(<$generic>)? {
            fn drop(&mut self) {
                record::ended(self.object);
            }
        }

        // What is not recorded.
        impl $(<$generic>)? Deref for $name $(<$generic>)? {
            type Target = ::loom::sync::atomic::$name $(<$generic>)?;

            fn deref(&self) -> &Self::Target {
                &self.word
            }
        }
    };
}

/// What loom's `AtomicBool` does not have.
macro_rules! with_mut {
    ($name:ident, $value:ty) => {
        impl $name {
            /// Calls `f` with the word, which nobody else can reach.
            pub fn with_mut<R>(&mut self, f: impl FnOnce(&mut $value) -> R) -> R {
                let object = self.object;
                self.word.with_mut(|value| {
                    let result = f(value);
                    record::holds(object, Self::bits(*value));
                    result
                })
            }
        }
    };
}

/// The methods that read, compute and write.
macro_rules! fetch {
    ($name:ident, $value:ty, $($method:ident)*) => {
        impl $name {
            $(
                #[doc = concat!("See `", stringify!($method), "` of the standard library's type.")]
                #[track_caller]
                pub fn $method(&self, value: $value, order: Ordering) -> $value {
                    let telling = self.attempt();
                    let before = self.word.$method(value, order);
                    let after = std::sync::atomic::$name::new(before);
                    // ORDERING: Relaxed; only for computing, and nobody else's.
                    after.$method(value, Ordering::Relaxed);
                    telling.done(What::Change {
                        name: stringify!($method).into(),
                        order,
                        at_failure: None,
                        before: Self::bits(before),
                        after: Self::bits(after.into_inner()),
                    });
                    before
                }
            )*
        }

        impl Default for $name {
            #[track_caller]
            fn default() -> Self {
                Self::new(<$value>::default())
            }
        }
    };
}

/// What came of a compare-and-exchange, with the orderings of its success and its failure.
fn exchange(
    name: &'static str,
    (order, at_failure): (Ordering, Ordering),
    result: Result<u64, u64>,
    after: u64,
) -> What {
    let (name, at_failure) = (name.into(), Some(at_failure));
    match result {
        Ok(before) => What::Change {
            name,
            order,
            at_failure,
            before,
            after,
        },
        Err(found) => What::Differs {
            name,
            order,
            at_failure,
            found,
        },
    }
}

atomic!(AtomicBool, bool, Of::Bool, u64::from);
atomic!(AtomicU8, u8, Of::Number, u64::from);
atomic!(AtomicU32, u32, Of::Number, u64::from);
atomic!(AtomicU64, u64, Of::Number, |value| value);
atomic!(AtomicUsize, usize, Of::Number, |value| value as u64);
atomic!(
    AtomicPtr<T>,
    *mut T,
    Of::Pointer(type_name::<T>().into()),
    |value| value.addr() as u64
);

fetch!(AtomicBool, bool, fetch_and fetch_or fetch_xor fetch_nand);
fetch!(AtomicU8, u8, fetch_add fetch_sub fetch_and fetch_or fetch_xor fetch_max fetch_min);
fetch!(AtomicU32, u32, fetch_add fetch_sub fetch_and fetch_or fetch_xor fetch_max fetch_min);
fetch!(AtomicU64, u64, fetch_add fetch_sub fetch_and fetch_or fetch_xor fetch_max fetch_min);
fetch!(AtomicUsize, usize, fetch_add fetch_sub fetch_and fetch_or fetch_xor fetch_max fetch_min);

with_mut!(AtomicU8, u8);
with_mut!(AtomicU32, u32);
with_mut!(AtomicU64, u64);
with_mut!(AtomicUsize, usize);
