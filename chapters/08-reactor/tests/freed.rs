//! 8.8: a source that goes leaves nothing behind, once no event of it can be in hand.

#![cfg(not(any(loom, miri)))]

mod kit;

use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::thread;

use current_thread::{Park, Unpark};
use mio::net::UdpSocket;
use reactor::steps::{Watched, count_listed, count_released, count_sources};
use reactor::{Interest, IoHandle};
use testkit::{Exercise, Rule, TestWaker};

use kit::{Below, Kit};

const EX: Exercise = Exercise::new("8.8", "reactor/release.md");

const FREED: Rule = EX.rule("What is kept of a source that goes is freed by the next turn.");
const OTHERS: Rule = EX.rule("A source that goes leaves the others where they are.");
const IN_HAND: Rule =
    EX.rule("An event in hand of a source that is gone wakes no task, and is no other source's.");
const ASLEEP: Rule = EX.rule("A few sources that go wake no thread.");
const WOKEN: Rule = EX.rule("However many sources go, little is kept of them.");
const SHUTDOWN: Rule = EX.rule("What the shutdown has released is not released again.");

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
fn after_a_turn_nothing_is_left() {
    FREED.holds("three sources that go", || {
        let (kit, _below) = driver();
        drop([(); 3].map(|()| watch(&kit.handle)));
        FREED.check_eq("listed", count_listed(&kit.handle), 0);
        FREED.check_eq("sources", count_sources(&kit.handle), 0);
        kit.handle.turn();
        FREED.check_eq("kept, after a turn", count_released(&kit.handle), 0);
    });
}

#[test]
fn the_others_stay() {
    OTHERS.holds("three sources, and one goes", || {
        let (kit, _below) = driver();
        let [first, second, third] = [(); 3].map(|()| watch(&kit.handle));
        drop(second);
        kit.handle.turn();
        OTHERS.check_eq("sources", count_sources(&kit.handle), 2);
        OTHERS.check_eq("listed", count_listed(&kit.handle), 2);
        drop((first, third));
        kit.handle.turn();
        OTHERS.check_eq("sources", count_sources(&kit.handle), 0);
        FREED.check_eq("kept, after a turn", count_released(&kit.handle), 0);
    });
}

/// When the last source is gone, the owner sleeps below again. A few that went do not keep it from that.
#[test]
fn a_few_wake_no_thread() {
    ASLEEP.holds("fifteen sources that go, and an owner that parks", || {
        let (mut kit, below) = driver();
        for _ in 0..15 {
            drop(watch(&kit.handle));
        }
        kit.park.park();
        ASLEEP.check_eq("sleeps below", below.sleeps(), 1);
        FREED.check_eq("kept, after a park", count_released(&kit.handle), 0);
    });
}

/// The owner sleeps, and no thread turns the driver. What is kept must not grow without end.
#[test]
fn many_that_go_during_a_sleep() {
    WOKEN.holds("a thousand sources that go while the owner sleeps", || {
        let (mut kit, below) = driver();
        let handle = kit.handle.clone();
        below.meanwhile(move || {
            for _ in 0..1000 {
                drop(watch(&handle));
            }
        });
        kit.park.park();
        let kept = count_released(&kit.handle);
        // The sleep is a fake, so its owner cannot be up before the last one went.
        let is_told = kept == 0 || below.unparks() > 0;
        WOKEN.check(
            is_told,
            format!("{kept} are kept, and the owner was not woken to free them"),
        );
        kit.park.park();
        WOKEN.check_eq("kept, after the next park", count_released(&kit.handle), 0);
    });
}

#[test]
fn one_that_goes_after_the_shutdown() {
    SHUTDOWN.holds("a source that outlives its driver", || {
        let (mut kit, _below) = driver();
        let source = watch(&kit.handle);
        kit.park.shutdown();
        FREED.check_eq("kept by the shutdown", count_released(&kit.handle), 0);
        drop(source);
        SHUTDOWN.check_eq("kept", count_released(&kit.handle), 0);
    });
}

/// More tasks than fit into a batch: the first of them are woken while the second event is in hand.
const MANY: usize = 40;

/// A source that many tasks wait for.
struct Awaited {
    source: Arc<Watched<UdpSocket>>,
    waits: Vec<Pin<Box<dyn Future<Output = ()> + Send>>>,
}

fn await_source(source: Watched<UdpSocket>, tasks: &[TestWaker]) -> Awaited {
    let source = Arc::new(source);
    let mut waits = Vec::new();
    for task in tasks {
        let source = Arc::clone(&source);
        let mut wait: Pin<Box<dyn Future<Output = ()> + Send>> =
            Box::pin(async move { drop(source.wait(Interest::READABLE).await) });
        assert!(task.poll(wait.as_mut()).is_pending());
        waits.push(wait);
    }
    Awaited { source, waits }
}

/// mio #935: two events are in hand. A task of the first takes the second's source away, and registers
/// another one, which may get its memory or its number.
#[test]
fn mio_935_a_newcomer_in_the_place_of_one_that_is_gone() {
    IN_HAND.holds(
        "two events, and the first takes the second's source away",
        || {
            let (kit, _below) = driver();
            let tasks = ["A", "B"].map(|name| [(); MANY].map(|()| TestWaker::new(name)));
            let newcomer = TestWaker::new("newcomer");
            let both = tasks
                .each_ref()
                .map(|tasks| Some(await_source(watch(&kit.handle), tasks)));
            let sender = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
            for awaited in both.iter().flatten() {
                let socket = awaited.source.source();
                sender.send_to(b"x", socket.local_addr().unwrap()).unwrap();
                // It is there before the driver asks, so that both events come at once.
                while socket.peek(&mut [0]).is_err() {
                    thread::yield_now();
                }
            }
            // Whichever comes first takes the other away.
            let both = Arc::new(Mutex::new(both));
            let news = Arc::new(Mutex::new(None));
            for (index, tasks) in tasks.iter().enumerate() {
                let (both, news) = (Arc::clone(&both), Arc::clone(&news));
                let (handle, newcomer) = (kit.handle.clone(), newcomer.clone());
                tasks[0].on_wake(move || {
                    let other = both.lock().unwrap()[1 - index].take();
                    if let Some(Awaited { source, waits }) = other {
                        drop(waits);
                        drop(source);
                        let newcomer = std::slice::from_ref(&newcomer);
                        *news.lock().unwrap() = Some(await_source(watch(&handle), newcomer));
                    }
                });
            }
            kit.handle.turn();
            let woken = tasks
                .each_ref()
                .map(|tasks| tasks.iter().filter(|task| task.wakes() > 0).count());
            IN_HAND.check(
                woken == [MANY, 0] || woken == [0, MANY],
                format!("{woken:?} tasks of A and of B were woken"),
            );
            IN_HAND.check_eq("wakes of the newcomer", newcomer.wakes(), 0);
            let left = both.lock().unwrap().iter_mut().find_map(Option::take);
            drop((left, news.lock().unwrap().take()));
            kit.handle.turn();
            FREED.check_eq("sources", count_sources(&kit.handle), 0);
            FREED.check_eq("kept, after a turn", count_released(&kit.handle), 0);
        },
    );
}
