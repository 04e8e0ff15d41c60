//! Calls that have to panic, by their names.

use current_thread::Runtime;

/// Calls from code that runs tasks, where a thread must not be blocked.
pub fn inside(call: fn()) -> impl Fn() {
    move || Runtime::new().block_on(async move { call() })
}

/// Calls from code outside of any runtime.
pub fn outside(call: fn()) -> impl Fn() {
    call
}

/// The name of each call, as it is written in the table.
#[macro_export]
macro_rules! table {
    ($($where:ident $call:expr;)*) => {
        [$((stringify!($call), Box::new($where(|| {
            let _ = $call;
        })) as Box<dyn Fn()>)),*]
    };
}
