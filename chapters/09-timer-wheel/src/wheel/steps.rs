//! Single steps, for tests: a test of one exercise must not need another that comes later.

/// How many levels there are. As a level, it is the far list.
pub const LEVELS: usize = super::LEVELS;

/// The level and the slot of a deadline, as seen from `elapsed`. The far list is [`LEVELS`], and its slot
/// says nothing.
pub fn place(elapsed: u64, when: u64) -> (usize, usize) {
    let place = super::place(elapsed, when);
    (place.level, place.slot)
}
