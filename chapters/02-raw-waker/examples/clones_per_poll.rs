//! What a thousand polls of one task cost in references: with a waker made for each poll, and
//! with a borrowed one.

use std::future::pending;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use raw_waker::{Task, new_task, run_queue, waker_ref};

const POLLS: usize = 1_000;

fn main() {
    println!("references made in {POLLS} polls of one task");
    println!();
    println!("{:<36} {:>12} {:>14}", "", "to poll", "by the future");
    for (what, keeps) in [
        ("a future that ignores its waker", Keeps::Nothing),
        ("one that keeps it", Keeps::EachTime),
        ("one that keeps it and asks will_wake", Keeps::IfItDiffers),
    ] {
        println!("{what}");
        for (how, poll) in [
            ("    polled with an owned waker", poll_owned as PollOnce),
            ("    polled with a borrowed waker", poll_borrowed),
        ] {
            let counts = count(keeps, poll);
            println!(
                "{how:<36} {:>12} {:>14}",
                counts.to_poll, counts.by_the_future
            );
        }
    }
}

type PollOnce = fn(&Task, Pin<&mut Leaf>);

/// As with `std::task::Wake`: a waker is made for the poll, and dropped after it.
fn poll_owned(task: &Task, leaf: Pin<&mut Leaf>) {
    let waker = task.clone().into_waker();
    let _ = leaf.poll(&mut Context::from_waker(&waker));
}

/// As in `Notified::run`.
fn poll_borrowed(task: &Task, leaf: Pin<&mut Leaf>) {
    let waker = waker_ref(task);
    let _ = leaf.poll(&mut Context::from_waker(&waker));
}

/// Polls a leaf with the wakers of a task, `POLLS` times.
fn count(keeps: Keeps, poll: PollOnce) -> Counts {
    let (sender, _queue) = run_queue();
    let task = new_task(pending(), sender).into_task();
    let mut leaf = pin!(Leaf {
        task: task.clone(),
        before: 0,
        keeps,
        kept: None,
        counts: Counts::default(),
    });
    for _ in 0..POLLS {
        leaf.before = task.ref_count();
        poll(&task, leaf.as_mut());
    }
    leaf.counts
}

/// What a leaf future does with the waker it is polled with.
#[derive(Clone, Copy)]
enum Keeps {
    Nothing,
    EachTime,
    IfItDiffers,
}

/// A future that is never ready, and counts.
struct Leaf {
    /// The task that polls it.
    task: Task,
    /// The references to that task before the poll.
    before: usize,
    keeps: Keeps,
    kept: Option<Waker>,
    counts: Counts,
}

#[derive(Clone, Copy, Default)]
struct Counts {
    to_poll: usize,
    by_the_future: usize,
}

impl Future for Leaf {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        self.counts.to_poll += self.task.ref_count() - self.before;
        let waker = cx.waker();
        let keep = match self.keeps {
            Keeps::Nothing => false,
            Keeps::EachTime => true,
            Keeps::IfItDiffers => !self.kept.as_ref().is_some_and(|kept| kept.will_wake(waker)),
        };
        if keep {
            self.kept = Some(waker.clone());
            self.counts.by_the_future += 1;
        }
        Poll::Pending
    }
}
