//! What every guard does with its value: the value is read and printed through it, and written if the
//! guard is the only one.
//!
//! There are ten kinds of guards, for a mutex and a lock for readers, borrowed or owned, of the whole
//! value or of a part. They differ in what they hold, and in where their value is. The rest stands here.

/// `Deref`, `Debug` and `Display` for a guard through which the value at `$pointer` may be read.
///
/// The type's own file says why it may, by the invariant that it names: a guard exists as long as the
/// lock is held for it, and the value does not move meanwhile.
macro_rules! read_access {
    ([$($params:tt)*] $guard:ty => $value:ident, |$this:ident| $pointer:expr) => {
        impl<$($params)*> std::ops::Deref for $guard {
            type Target = $value;

            #[inline]
            fn deref(&self) -> &$value {
                let $this = self;
                // SAFETY: the guard exists, so the value may be read: see the invariant of its type.
                unsafe { &*$pointer }
            }
        }

        impl<$($params)*> std::fmt::Debug for $guard
        where
            $value: std::fmt::Debug,
        {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                (**self).fmt(f)
            }
        }

        impl<$($params)*> std::fmt::Display for $guard
        where
            $value: std::fmt::Display,
        {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                (**self).fmt(f)
            }
        }
    };
}

/// As [`read_access`], and `DerefMut`, for a guard that is the only one of its value.
macro_rules! write_access {
    ([$($params:tt)*] $guard:ty => $value:ident, |$this:ident| $pointer:expr) => {
        $crate::access::read_access!([$($params)*] $guard => $value, |$this| $pointer);

        impl<$($params)*> std::ops::DerefMut for $guard {
            #[inline]
            fn deref_mut(&mut self) -> &mut $value {
                let $this = self;
                // SAFETY: the guard exists and is the only one, so the value is its own: see the
                // invariant of its type.
                unsafe { &mut *$pointer }
            }
        }
    };
}

pub(crate) use read_access;
pub(crate) use write_access;
