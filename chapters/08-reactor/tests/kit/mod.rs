//! A driver on a sleep that is a fake: it returns at once, and counts.

#![allow(dead_code, reason = "not every test needs all of it")]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use current_thread::{Park, Unpark};
use reactor::{IoHandle, IoPark};

/// A driver, and the half of it that is for all threads.
pub struct Kit {
    pub park: IoPark<FakePark>,
    pub handle: IoHandle,
}

/// What the driver sleeps on while it has no source.
pub struct FakePark(Below);

/// What is known of it.
#[derive(Clone, Default)]
pub struct Below(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    sleeps: usize,
    unparks: usize,
    shutdowns: usize,
    meanwhile: Option<Box<dyn FnOnce() + Send>>,
    on_unpark: Option<Box<dyn FnOnce() + Send>>,
}

/// After so many polls the sleep below wants to be looked at.
pub const DUE: u32 = 7;

impl Kit {
    pub fn new() -> (Kit, Below) {
        let below = Below::default();
        let park = IoPark::new(FakePark(below.clone()));
        let handle = park.unparker();
        (Kit { park, handle }, below)
    }
}

impl Below {
    /// How often the driver went to sleep here.
    pub fn sleeps(&self) -> usize {
        self.0.lock().unwrap().sleeps
    }

    /// How often it was woken here.
    pub fn unparks(&self) -> usize {
        self.0.lock().unwrap().unparks
    }

    /// How often it was shut down.
    pub fn shutdowns(&self) -> usize {
        self.0.lock().unwrap().shutdowns
    }

    /// What happens during the next sleep.
    pub fn meanwhile(&self, happens: impl FnOnce() + Send + 'static) {
        self.0.lock().unwrap().meanwhile = Some(Box::new(happens));
    }

    /// What the next unpark does besides: this is foreign code to the driver.
    pub fn on_unpark(&self, does: impl FnOnce() + Send + 'static) {
        self.0.lock().unwrap().on_unpark = Some(Box::new(does));
    }
}

impl Park for FakePark {
    type Unpark = Below;

    fn unparker(&self) -> Below {
        self.0.clone()
    }

    fn park(&mut self) {
        let mut state = self.0.0.lock().unwrap();
        state.sleeps += 1;
        let meanwhile = state.meanwhile.take();
        drop(state);
        if let Some(meanwhile) = meanwhile {
            meanwhile();
        }
    }

    fn park_timeout(&mut self, timeout: Duration) {
        if !timeout.is_zero() {
            self.park();
        }
    }

    /// A scheduler may have its own idea of when to look.
    fn is_due(&mut self, polls: u32) -> bool {
        DUE <= polls
    }

    fn shutdown(&mut self) {
        self.0.0.lock().unwrap().shutdowns += 1;
    }
}

impl Unpark for Below {
    fn unpark(&self) {
        let mut state = self.0.lock().unwrap();
        state.unparks += 1;
        let does = state.on_unpark.take();
        drop(state);
        if let Some(does) = does {
            does();
        }
    }
}
