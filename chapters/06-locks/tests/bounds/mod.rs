//! Whether a type is `Send` or `Sync`, as a `bool`: a test can then say that it must *not* be.

use std::cell::Cell;
use std::marker::PhantomData;
use std::rc::Rc;
use std::sync::MutexGuard;

/// May be sent, and not shared.
#[allow(dead_code, reason = "not every test looks at all of them")]
pub type OnlySend = Cell<u32>;
/// May be shared, and not sent.
#[allow(dead_code, reason = "not every test looks at all of them")]
pub type OnlySync = MutexGuard<'static, u32>;
/// May be neither.
#[allow(dead_code, reason = "not every test looks at all of them")]
pub type Neither = Rc<u32>;

pub struct Is<T: ?Sized>(PhantomData<T>);

/// The answer where the constant of the same name below is not there: that goes first where it is.
#[allow(dead_code, reason = "only where the answer is no")]
pub trait Fallback {
    const SEND: bool = false;
    const SYNC: bool = false;
}

impl<T: ?Sized> Fallback for Is<T> {}

impl<T: ?Sized + Send> Is<T> {
    pub const SEND: bool = true;
}

impl<T: ?Sized + Sync> Is<T> {
    pub const SYNC: bool = true;
}

/// Whether a type is `Send`, and whether it is `Sync`. It has to be spelled out: with a type parameter
/// the answer is always no.
#[macro_export]
macro_rules! send_and_sync {
    ($type:ty) => {{
        #[allow(unused_imports, reason = "only where the answer is no")]
        use $crate::bounds::Fallback as _;
        (
            $crate::bounds::Is::<$type>::SEND,
            $crate::bounds::Is::<$type>::SYNC,
        )
    }};
}
