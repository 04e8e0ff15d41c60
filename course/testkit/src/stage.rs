//! What a test puts around the code under test: futures of the kit's own, and a clock.

pub(crate) mod clock;
pub(crate) mod gate;
pub(crate) mod leaf;
