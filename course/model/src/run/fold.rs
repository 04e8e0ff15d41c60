//! The steps of a run, without those that go without saying.

use crate::lanes::{Row, Step};

use super::{Event, Place, What};

/// At most this many steps are shown.
const STEPS_MAX: usize = 40;
/// Of more, this many are shown from the beginning.
const STEPS_FIRST: usize = 6;
/// Steps that come again and again in a loop of at most this many.
const LOOP_MAX: usize = 6;
/// A loop is shown once if it goes around at least this often.
const ROUNDS_MIN: usize = 3;

/// The events without those that only say that something ended which nobody came between.
pub(super) fn merged(events: &[Event<Place>]) -> Vec<Event<Place>> {
    let mut merged: Vec<Event<Place>> = Vec::new();
    for (i, event) in events.iter().enumerate() {
        let begin = match event.what {
            What::ReadEnds => Some(What::ReadBegins),
            What::WriteEnds => Some(What::WriteBegins),
            What::ParkEnds => Some(What::ParkBegins),
            What::Unlocks => Some(What::Locks),
            What::PollEnds { ref name, .. } => Some(What::PollBegins { name: name.clone() }),
            _ => None,
        };
        let begun = begin.and_then(|begin| {
            merged.iter().rposition(|earlier| {
                (earlier.lane, earlier.object) == (event.lane, event.object)
                    && earlier.what == begin
            })
        });
        let Some(at) = begun else {
            merged.push(event.clone());
            continue;
        };
        let is_alone = merged[at..].iter().all(|other| other.lane == event.lane);
        let is_next = at + 1 == merged.len();
        match event.what {
            // What was done while it was read or written is told first.
            What::ReadEnds | What::WriteEnds if is_alone => {
                merged.remove(at);
                merged.push(event.clone());
            }
            What::ParkEnds if is_next => {
                merged[at].what = What::Said {
                    text: "park: returns, as it was unparked".to_owned(),
                };
            }
            What::PollEnds { .. } if is_next => merged[at].what = event.what.clone(),
            // That it was unlocked again goes without saying, unless the next step locks it.
            What::Unlocks if is_next && !is_locked_next(&events[i + 1..], event) => {}
            _ => merged.push(event.clone()),
        }
    }
    merged
}

/// Whether the lock that `event` ends is taken again, by another thread, right after it.
fn is_locked_next(after: &[Event<Place>], event: &Event<Place>) -> bool {
    after.first().is_some_and(|next| {
        next.what == What::Locks && next.object == event.object && next.lane != event.lane
    })
}

/// The steps as rows. The first `setup` are told in a line, and what goes around in a loop is shown
/// once.
pub(super) fn folded(steps: Vec<Step>, setup: usize) -> Vec<Row> {
    let mut rows = Vec::new();
    if 0 < setup {
        let text = format!("{setup} steps before the other threads begin");
        rows.push(Row::Fold(text));
    }
    let steps = &steps[setup..];
    let same = |a: &Step, b: &Step| (a.lane, &a.text, &a.place) == (b.lane, &b.text, &b.place);
    let mut at = 0;
    while at < steps.len() {
        let around = (1..=LOOP_MAX).find_map(|length| {
            let first = steps.get(at..at + length)?;
            let rounds = steps[at..]
                .chunks_exact(length)
                .take_while(|round| round.iter().zip(first).all(|(a, b)| same(a, b)))
                .count();
            (ROUNDS_MIN <= rounds).then_some((length, rounds))
        });
        match around {
            Some((length, rounds)) => {
                rows.extend(steps[at..at + length].iter().cloned().map(Row::Step));
                let what = match length {
                    1 => "this step".to_owned(),
                    length => format!("these {length} steps"),
                };
                rows.push(Row::Fold(format!("{what} {} times more", rounds - 1)));
                at += length * rounds;
            }
            None => {
                rows.push(Row::Step(steps[at].clone()));
                at += 1;
            }
        }
    }
    rows
}

/// The first and the last rows, if there are too many.
pub(super) fn bounded(mut rows: Vec<Row>) -> Vec<Row> {
    if STEPS_MAX < rows.len() {
        let last = rows.len() - (STEPS_MAX - STEPS_FIRST);
        let fold = Row::Fold(format!("{} steps", last - STEPS_FIRST));
        rows.splice(STEPS_FIRST..last, [fold]);
    }
    rows
}
