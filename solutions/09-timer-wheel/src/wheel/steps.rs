//! Single steps, for tests: a test of one exercise must not need another that comes later.

/// The level and the slot of a deadline, as seen from `elapsed`. The far list is
/// [`LEVELS`](super::LEVELS), and its slot says nothing.
pub fn place(elapsed: u64, when: u64) -> (usize, usize) {
    let place = super::place(elapsed, when);
    (place.level, place.slot)
}
