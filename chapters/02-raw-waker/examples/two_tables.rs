//! A borrowed waker could have a table of its own, whose `drop` does nothing. Then `will_wake` says
//! no where it should say yes, and a future that keeps its waker replaces it at every poll.

use std::future::pending;
use std::mem::ManuallyDrop;
use std::sync::OnceLock;
use std::task::{RawWaker, RawWakerVTable, Waker};

use raw_waker::{new_task, run_queue, waker_ref};

const POLLS: usize = 1_000;

fn main() {
    let (sender, _queue) = run_queue();
    let task = new_task(pending(), sender).into_task();

    let one = count(&waker_ref(&task));
    let two = count(&with_second_table(&waker_ref(&task)));

    println!("{POLLS} polls of a future that keeps its waker");
    println!();
    println!("{:<36} {:>10} {:>10}", "", "two tables", "one table");
    for (what, two, one) in [
        ("data pointers equal", two.same_data, one.same_data),
        ("table pointers equal", two.same_table, one.same_table),
        ("kept.will_wake(cx.waker())", two.will_wake, one.will_wake),
    ] {
        println!("{what:<36} {two:>10} {one:>10}");
    }
    println!(
        "{:<36} {:>10} {:>10}",
        "wakers cloned and kept", two.clones, one.clones
    );
    println!(
        "{:<36} {:>10} {:>10}",
        "wakers replaced and dropped", two.drops, one.drops
    );
}

#[derive(Default)]
struct Counts {
    same_data: bool,
    same_table: bool,
    will_wake: bool,
    clones: usize,
    drops: usize,
}

/// Does what the future of a timer or a channel does at each poll: keeps the waker, unless it has
/// one already that would wake the same task.
fn count(waker: &Waker) -> Counts {
    let mut kept = waker.clone();
    let mut counts = Counts {
        clones: 1,
        ..Counts::default()
    };
    for _ in 1..POLLS {
        counts.same_data = kept.data() == waker.data();
        counts.same_table = std::ptr::eq(kept.vtable(), waker.vtable());
        counts.will_wake = kept.will_wake(waker);
        if !counts.will_wake {
            kept = waker.clone();
            counts.clones += 1;
            counts.drops += 1;
        }
    }
    counts
}

/// The chapter's own table, for the clones.
static OWNED: OnceLock<&'static RawWakerVTable> = OnceLock::new();

/// A table for borrowed wakers. A clone gets the other table, and with it a reference of its own.
static BORROWED: RawWakerVTable =
    RawWakerVTable::new(clone_as_owned, wake_by_ref, wake_by_ref, drop_nothing);

/// The same waker, with `BORROWED` in place of its table.
fn with_second_table(waker: &Waker) -> Waker {
    OWNED.get_or_init(|| waker.vtable());
    // SAFETY: `BORROWED` gives up no reference, and the task outlives this example's use of it.
    unsafe { Waker::from_raw(RawWaker::new(waker.data(), &BORROWED)) }
}

/// The waker with the table that it should have. It is only borrowed.
///
/// # Safety
///
/// `data` is the data pointer of a waker made by `with_second_table`.
unsafe fn owned(data: *const ()) -> ManuallyDrop<Waker> {
    let table = OWNED.get().expect("set when the first waker was made");
    // SAFETY: pointer and table come from one waker of a task that is alive, and the
    // `ManuallyDrop` keeps us from giving up its reference.
    ManuallyDrop::new(unsafe { Waker::from_raw(RawWaker::new(data, table)) })
}

unsafe fn clone_as_owned(data: *const ()) -> RawWaker {
    // SAFETY: the contract of the table's functions is that of `owned`.
    let waker = unsafe { owned(data) };
    let clone = ManuallyDrop::new(Waker::clone(&waker));
    RawWaker::new(clone.data(), clone.vtable())
}

unsafe fn wake_by_ref(data: *const ()) {
    // SAFETY: the contract of the table's functions is that of `owned`.
    unsafe { owned(data) }.wake_by_ref();
}

unsafe fn drop_nothing(_: *const ()) {}
