//! What a clear takes away: without a tick, with a short one, with one for both directions, and with one for
//! each. Step by step on one thread, as two threads would do it with bad luck.
//!
//! ```text
//! cargo run -p reactor --example ticks_solved
//! ```

// ANCHOR: believed
/// What is believed of a direction, and how many reports there were.
#[derive(Clone, Copy, Default)]
struct Believed {
    is_ready: bool,
    tick: u64,
}

impl Believed {
    fn report(&mut self) {
        self.is_ready = true;
        self.tick += 1;
    }

    /// Clears what was `seen`, if the lowest `bits` of the ticks are the same.
    fn clear(&mut self, seen: Believed, bits: u32) {
        let mask = 2_u64.pow(bits) - 1;
        if self.tick & mask == seen.tick & mask {
            self.is_ready = false;
        }
    }
}
// ANCHOR_END: believed

fn main() {
    println!("five bytes come between a try in vain and its clear");
    println!("  without a tick             {}", after_reports(1, 0));
    println!("  with a tick                {}", after_reports(1, 57));
    println!();
    println!("256 reports come between a look and its clear");
    println!("  a tick of 8 bits           {}", after_reports(256, 8));
    println!("  a tick of 57 bits          {}", after_reports(256, 57));
    println!();
    println!("nothing to read, and 1000 reports that there is room to write");
    println!("  one tick for both          {} tries to read", tries(true));
    println!("  a tick for each direction  {} try to read", tries(false));
}

// ANCHOR: after-reports
/// A task looks, and tries in vain. Reports come, and then it clears.
fn after_reports(reports: u64, bits: u32) -> &'static str {
    let mut readable = Believed::default();
    readable.report();
    let seen = readable;
    for _ in 0..reports {
        readable.report();
    }
    readable.clear(seen, bits);
    match readable.is_ready {
        true => "the news is kept: the task tries again",
        false => "the news is lost: the task sleeps",
    }
}
// ANCHOR_END: after-reports

// ANCHOR: tries
/// A reader tries until it may sleep. During each try the other side takes something, and
/// the driver reports room to write. How often does the reader try?
fn tries(is_shared: bool) -> u32 {
    let [mut readable, mut writable] = [Believed::default(); 2];
    readable.report();
    let mut reports = 1000;
    let mut tries = 0;
    while readable.is_ready {
        let seen = readable;
        tries += 1;
        if reports > 0 {
            reports -= 1;
            writable.report();
            if is_shared {
                readable.tick += 1;
            }
        }
        readable.clear(seen, 57);
    }
    tries
}
// ANCHOR_END: tries
