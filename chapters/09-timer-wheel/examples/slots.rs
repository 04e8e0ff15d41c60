//! Where the wheel puts a few timers, and what it has to look at until the last of them is due.
//!
//! Ticks are written in base 64, as times of day are in base 60: 4102 ticks are 1:00:06.

use std::pin::Pin;
use std::ptr::NonNull;

use timer_wheel::wheel::{Timer, Wheel};

const NOW: u64 = 4_102;
const DEADLINES: [u64; 6] = [4_103, 4_159, 4_160, 4_170, 8_200, 262_144];

fn main() {
    let mut wheel = Wheel::starting_at(NOW);
    let timers = DEADLINES.map(|_| Box::pin(Timer::new(())));
    println!("now {NOW:>7} = {:>10}", written(NOW));
    for (timer, deadline) in timers.iter().zip(DEADLINES) {
        // SAFETY: a new timer, in a box that stays until the wheel has handed it out, below.
        let inserted = unsafe { wheel.insert(pointer(timer), deadline) };
        inserted.expect("it is in the future");
        let (level, slot) = place(NOW, deadline);
        println!(
            "    {deadline:>7} = {:>10}   level {level}, slot {slot:>2}",
            written(deadline)
        );
    }
    println!();
    while let Some(next) = wheel.next_expiration() {
        let mut due = Vec::new();
        while let Some(timer) = wheel.poll(next) {
            // SAFETY: it is in its box.
            let timer = unsafe { timer.as_ref() };
            // SAFETY: it is out of the wheel.
            due.push(unsafe { timer.when() });
        }
        let what = match due.is_empty() {
            true => "none is due: a slot is spread".to_owned(),
            false => format!("due: {due:?}"),
        };
        println!("look at {next:>7} = {:>10}   {what}", written(next));
    }
}

fn pointer(timer: &Pin<Box<Timer<()>>>) -> NonNull<Timer<()>> {
    NonNull::from(&**timer)
}

/// In base 64.
fn written(tick: u64) -> String {
    let mut digits = vec![tick % 64];
    let mut rest = tick / 64;
    while 0 < rest {
        digits.push(rest % 64);
        rest /= 64;
    }
    let digits = digits.iter().rev().enumerate();
    let digits = digits.map(|(n, digit)| match n {
        0 => digit.to_string(),
        _ => format!("{digit:02}"),
    });
    digits.collect::<Vec<_>>().join(":")
}

/// What the page says: the highest digit in which the two differ, and the deadline's digit there.
fn place(elapsed: u64, when: u64) -> (u32, u64) {
    let differs = |level: &u32| (elapsed >> (6 * level)) % 64 != (when >> (6 * level)) % 64;
    let level = (0..=10).rev().find(differs).unwrap_or(0);
    (level, (when >> (6 * level)) % 64)
}
