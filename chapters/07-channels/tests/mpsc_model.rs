//! A channel does what a `VecDeque` with a number beside it does, step by step.

#![cfg(not(loom))]

use std::collections::VecDeque;

use channels::mpsc::error::{TryRecvError, TrySendError};
use channels::mpsc::{OwnedPermit, channel, unbounded_channel};
use testkit::{Exercise, Rule};

const CHAPTER: Exercise = Exercise::chapter("7", "channels/index.md");
const QUEUE: Rule = CHAPTER
    .may_be("6.5, 6.6, 7.1 or 7.2")
    .rule("A channel does what a queue does, with as much room as it has.");

/// A linear congruential generator: the same numbers each time.
struct Random(u32);

impl Random {
    fn below(&mut self, n: u32) -> u32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.0 >> 16) % n
    }
}

const STEPS: usize = if cfg!(miri) { 500 } else { 50_000 };

#[test]
fn an_unbounded_channel_is_a_queue() {
    QUEUE.holds("random steps", || {
        let mut random = Random(1);
        let (tx, mut rx) = unbounded_channel();
        let mut model = VecDeque::new();
        for n in 0..STEPS {
            // In long phases it grows, and then it shrinks.
            let is_growing = (n / 500) % 2 == 0;
            if (random.below(10) < 7) == is_growing {
                tx.send(n).unwrap();
                model.push_back(n);
            } else {
                let expected = model.pop_front().ok_or(TryRecvError::Empty);
                assert_eq!(rx.try_recv(), expected);
            }
            assert_eq!(rx.len(), model.len());
        }
        rx.close();
        for n in 0..5 {
            assert!(tx.send(n).is_err());
            assert_eq!(rx.len(), model.len());
        }
        drop(tx);
        for n in model {
            assert_eq!(rx.try_recv(), Ok(n));
        }
        assert_eq!(rx.try_recv(), Err(TryRecvError::Disconnected));
    });
}

#[test]
fn a_bounded_channel_is_a_queue_with_room() {
    QUEUE.holds("random steps", || {
        let mut random = Random(2);
        for max in [1, 2, 33, 100] {
            let (tx, mut rx) = channel(max);
            let mut model = VecDeque::new();
            let mut permits: Vec<OwnedPermit<usize>> = Vec::new();
            for n in 0..STEPS / 4 {
                let free = max - model.len() - permits.len();
                assert_eq!((tx.capacity(), rx.len()), (free, model.len()));
                match random.below(6) {
                    0 | 1 => {
                        let sent = tx.try_send(n);
                        if free == 0 {
                            assert_eq!(sent, Err(TrySendError::Full(n)));
                        } else {
                            model.push_back(n);
                        }
                    }
                    2 => match tx.clone().try_reserve_owned() {
                        Ok(permit) => permits.push(permit),
                        Err(_) => assert_eq!(free, 0),
                    },
                    3 => {
                        if let Some(permit) = permits.pop() {
                            match random.below(3) {
                                0 => drop(permit),
                                _ => {
                                    drop(permit.send(n));
                                    model.push_back(n);
                                }
                            }
                        }
                    }
                    _ => {
                        let expected = model.pop_front().ok_or(TryRecvError::Empty);
                        assert_eq!(rx.try_recv(), expected);
                    }
                }
            }
            // What has room is sent after the close as well.
            rx.close();
            for permit in permits {
                drop(permit.send(7));
                model.push_back(7);
            }
            for n in model {
                assert_eq!(rx.try_recv(), Ok(n));
            }
            assert_eq!(rx.try_recv(), Err(TryRecvError::Disconnected));
        }
    });
}
