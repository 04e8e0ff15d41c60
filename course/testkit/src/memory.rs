//! Checks on memory, for code that frees by hand.
//!
//! A test file that wants them says `testkit::quarantine!();` at its top. That installs an
//! allocator which does not reuse memory soon: what is freed is filled with a pattern and kept, the
//! last 64 MiB of it (but no single block of 4 MiB or more). So
//!
//! - a block that is freed twice, or was never allocated, is recognized at the second free. There
//!   is no sane way on from there: the process is aborted, after the report is written;
//! - a block that is written to after it was freed has a hole in its pattern. [`check`] finds it;
//! - a block that is read after it was freed holds bytes `0xDE`, which are no valid pointer.
//!
//! # What counts
//!
//! [`check`] runs its closure on a thread of its own, and counts the blocks that this thread
//! allocates, whichever thread frees them. That excludes what other tests do meanwhile, and what
//! the standard library keeps per thread. Not counted are the kit's own blocks, and blocks of
//! bytes (alignment 1): `println!` keeps such a buffer.
//!
//! So a test
//! - makes what it wants checked inside the closure, on its thread, and returns nothing that owns
//!   memory;
//! - joins the threads that it starts there, as they might still be about to free;
//! - uses once before, if there is such a thing, what is made on first use and kept for ever.
//!
//! Under Miri, which sees all this by itself, the allocator stays out of the way and [`check`]
//! only runs its closure.

mod blocks;
mod quarantine;
mod trace;

use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::Relaxed;
use std::{io, panic, thread};

use crate::memory::blocks::{Findings, Record};
pub use crate::memory::quarantine::Quarantine;
use crate::watch::run;
use crate::words::own;
use crate::words::panics;
use crate::words::rule::Rule;

/// Installs the quarantine as this test binary's allocator. See [`memory`](crate::memory).
#[macro_export]
macro_rules! quarantine {
    () => {
        #[cfg(not(miri))]
        #[global_allocator]
        static QUARANTINE: $crate::memory::Quarantine = $crate::memory::Quarantine;
    };
}

/// Runs `f`, on a thread of its own. Afterwards every block that this thread allocated must have
/// been freed, once, and not been written to since.
///
/// ```no_run
/// # use testkit::{Exercise, Rule};
/// # const EX: Exercise = Exercise::new("2.1", "raw-waker/count.md");
/// testkit::quarantine!();
///
/// const FREED: Rule = EX.rule("The last reference to a task frees it.");
///
/// testkit::memory::check(FREED, || {
///     let block = Box::new(7);
///     std::mem::forget(block); // broken rule: … a block of 4 bytes leaked
/// });
/// ```
///
/// # Panics
///
/// If a block leaked or was written to after it was freed; if `f` panics; if the test file does
/// not say `testkit::quarantine!();`.
///
/// # Aborts
///
/// If a block is freed twice, or a pointer that is no block's; the report then names the rule of
/// the last [`Rule::step`], which is this one if there was none in `f`.
#[track_caller]
pub fn check<T: Send>(rule: Rule, f: impl FnOnce() -> T + Send) -> T {
    // ORDERING: Relaxed; the numbers have to differ, no more.
    static NEXT_CHECK: AtomicU32 = AtomicU32::new(1);

    assert!(
        cfg!(miri) || quarantine::is_installed(),
        "this test checks memory, so its file has to say `testkit::quarantine!();`"
    );
    rule.step("checking memory");
    // Made on first use and kept: not the closure's, should it print something.
    _ = (io::stdout(), io::stderr());

    let number = NEXT_CHECK.fetch_add(1, Relaxed);
    let value = on_a_thread(|| own::counted(number, f));
    let findings = quarantine::findings(number);
    if let Some(saw) = describe_all(&findings) {
        rule.fail(saw);
    }
    value
}

#[track_caller]
fn on_a_thread<T: Send>(f: impl FnOnce() -> T + Send) -> T {
    let run = run::current();
    let quiet = panics::is_quiet();
    let name = thread::current()
        .name()
        .unwrap_or("memory check")
        .to_owned();
    let result = thread::scope(|scope| {
        let f = || {
            let _entered = run.as_ref().map(|run| run.enter());
            panics::set_quiet(quiet);
            f()
        };
        let thread = thread::Builder::new().name(name).spawn_scoped(scope, f);
        // Joined here, as the scope itself would not wait for the thread-locals to be dropped.
        thread
            .expect("the system has a thread left for the check")
            .join()
    });
    result.unwrap_or_else(|payload| panic::resume_unwind(payload))
}

/// What was found, one thing on each line; none if nothing was.
fn describe_all(findings: &Findings) -> Option<String> {
    let mut lines = Vec::new();
    if findings.written > 0 {
        let blocks = blocks(findings.written);
        lines.push(format!(
            "use after free: {blocks} written to after being freed"
        ));
    }
    if findings.leaked > 0 {
        lines.push(format!("leak: {} never freed", blocks(findings.leaked)));
    }
    if lines.is_empty() {
        return None;
    }
    lines.extend(findings.examples.iter().flatten().map(Record::words));
    Some(lines.join("\n"))
}

fn blocks(n: usize) -> String {
    match n {
        1 => "a block of memory was".to_owned(),
        n => format!("{n} blocks of memory were"),
    }
}
