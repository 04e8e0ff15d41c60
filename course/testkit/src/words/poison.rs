//! What freed memory is filled with.

/// Eight of them are no address, and no plausible count.
pub(crate) const POISON: u8 = 0xDE;

/// Whether `text` is a number as it is found in memory that the quarantine holds, or nearly: it may
/// have been counted up or down a little.
pub(crate) fn is_from_freed(text: &str) -> bool {
    const FILL: u64 = u64::from_ne_bytes([POISON; 8]);
    let number = text.parse::<u64>();
    number.is_ok_and(|number| number.abs_diff(FILL) < 1_000)
}
