//! 8.8: a source that is deregistered, and is kept until no event of it can be in hand.

#![cfg(not(any(loom, miri)))]

mod kit;

use current_thread::{Park, Unpark};
use mio::net::UdpSocket;
use reactor::steps::{Watched, count_listed, count_released, count_sources};
use reactor::{Interest, IoHandle};
use testkit::{Exercise, Rule};

use kit::{Below, Kit};

const EX: Exercise = Exercise::new("8.8", "reactor/release.md");

const KEPT: Rule =
    EX.rule("Freed Between Events: a source that was deregistered is kept until the next turn.");
const FREED: Rule = EX.rule("What is kept is freed by the next turn.");
const WOKEN: Rule =
    EX.rule("The owner is woken to free what is kept when there is much of it, and not before.");

fn watch(handle: &IoHandle) -> Watched<UdpSocket> {
    let socket = UdpSocket::bind("127.0.0.1:0".parse().unwrap()).unwrap();
    Watched::new(handle, socket, Interest::READABLE).unwrap()
}

/// A driver. One source has come and gone, alone: if that is not written yet, no other drop panics too.
fn driver() -> (Kit, Below) {
    let (kit, below) = Kit::new();
    drop(watch(&kit.handle));
    kit.handle.turn();
    (kit, below)
}

#[test]
fn it_is_kept_until_the_next_turn() {
    KEPT.holds("three sources that go", || {
        let (kit, _below) = driver();
        let sources = [(); 3].map(|()| watch(&kit.handle));
        KEPT.check_eq("kept", count_released(&kit.handle), 0);
        drop(sources);
        KEPT.check_eq("listed", count_listed(&kit.handle), 0);
        KEPT.check_eq("sources", count_sources(&kit.handle), 0);
        KEPT.check_eq("kept", count_released(&kit.handle), 3);
        kit.handle.turn();
        FREED.check_eq("kept, after a turn", count_released(&kit.handle), 0);
    });
}

/// The others are still there.
#[test]
fn one_of_several_goes() {
    KEPT.holds("three sources, and one goes", || {
        let (kit, _below) = driver();
        let [first, second, third] = [(); 3].map(|()| watch(&kit.handle));
        drop(second);
        KEPT.check_eq("listed", count_listed(&kit.handle), 2);
        KEPT.check_eq("kept", count_released(&kit.handle), 1);
        kit.handle.turn();
        KEPT.check_eq("listed", count_listed(&kit.handle), 2);
        drop((first, third));
        KEPT.check_eq("kept", count_released(&kit.handle), 2);
        kit.handle.turn();
        FREED.check_eq("kept, after a turn", count_released(&kit.handle), 0);
    });
}

/// A server closes a connection now and then. That is no reason to wake its owner.
#[test]
fn a_few_wake_no_thread() {
    WOKEN.holds("fifteen sources that go", || {
        let (mut kit, below) = driver();
        for _ in 0..15 {
            drop(watch(&kit.handle));
        }
        WOKEN.check_eq("kept", count_released(&kit.handle), 15);
        kit.park.park();
        WOKEN.check_eq("sleeps below", below.sleeps(), 1);
        FREED.check_eq("kept, after a park", count_released(&kit.handle), 0);
    });
}

/// If no thread turned the driver, what is kept would grow without end.
#[test]
fn many_wake_the_owner() {
    WOKEN.holds("sixteen sources that go", || {
        let (mut kit, below) = driver();
        for _ in 0..16 {
            drop(watch(&kit.handle));
        }
        kit.park.park();
        WOKEN.check_eq("sleeps below", below.sleeps(), 0);
        // The seventeenth does not wake it once more.
        let (mut kit, below) = driver();
        for _ in 0..16 {
            drop(watch(&kit.handle));
        }
        kit.park.park();
        drop(watch(&kit.handle));
        kit.park.park();
        WOKEN.check_eq("sleeps below", below.sleeps(), 1);
    });
}
