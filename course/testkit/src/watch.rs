//! A test under watch: it comes to an end, or it is said why not.

pub(crate) mod diagnosis;
pub(crate) mod gather;
pub(crate) mod rest;
pub(crate) mod run;
pub(crate) mod within;
