//! The driver: what is held while wakers are called, and what an owner does that finds the turn taken. With
//! sockets of the system, and a sleep that is a fake.

#![cfg(not(any(loom, miri)))]

mod kit;

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex};
use std::thread;

use current_thread::{Park, Unpark};
use mio::net::UdpSocket;
use reactor::steps::{Direction, Watched, count_listed};
use reactor::{Interest, IoHandle};
use testkit::{Exercise, Rule, TestWaker};

use kit::Kit;

const CHAPTER: Exercise = Exercise::chapter("8", "reactor/index.md");

const TAKEN: Rule = CHAPTER
    .rule("An owner that finds the turn taken sleeps below, and does not ask again and again.");
const BACK: Rule = CHAPTER.rule("The last wakes of a turn come when the turn is back.");
const FREE: Rule = CHAPTER.rule("A waker may ask the driver for anything while it is woken.");

const DROPPED: Rule =
    CHAPTER.rule("A source that goes drops the wakers of its latest tasks, with no lock held.");

/// More tasks than fit into a batch: the first of them are woken before the turn is over.
const MANY: usize = 40;

type Waits<'a> = Vec<Pin<Box<dyn Future<Output = ()> + 'a>>>;

fn watch(handle: &IoHandle) -> Watched<UdpSocket> {
    let socket = UdpSocket::bind("127.0.0.1:0".parse().unwrap()).unwrap();
    Watched::new(handle, socket, Interest::READABLE).unwrap()
}

fn wait<'a>(source: &'a Watched<UdpSocket>, tasks: &[TestWaker]) -> Waits<'a> {
    let waits = tasks.iter().map(|task| {
        let wait = async move { drop(source.wait(Interest::READABLE).await) };
        let mut wait: Pin<Box<dyn Future<Output = ()>>> = Box::pin(wait);
        assert!(task.poll(wait.as_mut()).is_pending());
        wait
    });
    waits.collect()
}

/// Sends something to the socket. Then an event is there for the next turn.
fn make_readable(source: &Watched<UdpSocket>) {
    let socket = source.source();
    let sender = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    sender.send_to(b"x", socket.local_addr().unwrap()).unwrap();
    while socket.peek(&mut [0]).is_err() {
        thread::yield_now();
    }
}

/// smol #122: another thread had the reactor, and the owner went round and round. Here a waker has the turn, and
/// parks on the driver itself.
#[test]
fn smol_122_an_owner_that_finds_the_turn_taken() {
    TAKEN.holds("a waker that parks on the driver", || {
        let (Kit { park, handle }, below) = Kit::new();
        let source = watch(&handle);
        let tasks = [(); MANY].map(|()| TestWaker::new("task"));
        let waits = wait(&source, &tasks);
        let park = Arc::new(Mutex::new(park));
        let parks = Arc::clone(&park);
        tasks[0].on_wake(move || parks.lock().unwrap().park());
        make_readable(&source);
        handle.turn();
        TAKEN.check_eq("sleeps below", below.sleeps(), 1);
        let woken = tasks.iter().filter(|task| task.wakes() == 1).count();
        FREE.check_eq("tasks that were woken", woken, MANY);
        drop(waits);
        drop((source, park));
    });
}

/// A task that is woken may run at once, on a thread that has the driver below it.
#[test]
fn a_waker_takes_the_turn() {
    BACK.holds("a waker that turns the driver", || {
        let (Kit { park, handle }, _below) = Kit::new();
        let source = watch(&handle);
        let task = TestWaker::new("task");
        let waits = wait(&source, std::slice::from_ref(&task));
        let looked = Arc::new(Mutex::new(None));
        let (turns, tells) = (handle.clone(), Arc::clone(&looked));
        task.on_wake(move || *tells.lock().unwrap() = Some(turns.turn()));
        make_readable(&source);
        handle.turn();
        let looked = *looked.lock().unwrap();
        BACK.check_eq("whether the waker had the turn", looked, Some(true));
        drop(waits);
        drop((source, park));
    });
}

/// The waker of the latest task is dropped with its source. What it owns may ask the driver for something.
#[test]
fn a_waker_that_goes_with_its_source() {
    DROPPED.holds("a source that is dropped while a task waits", || {
        let (Kit { park, handle }, _below) = Kit::new();
        let source = watch(&handle);
        let task = TestWaker::new("task");
        let polled = task.poll(pin!(poll_fn(|cx| source.poll_ready(cx, Direction::Read))));
        assert!(polled.is_pending());
        let asks = handle.clone();
        task.on_drop(move || {
            asks.turn();
            asks.unpark();
        });
        drop(source);
        task.none_held(DROPPED);
        drop(park);
    });
}

/// The shutdown wakes more tasks than fit into a batch. The first of them asks the driver for something.
#[test]
fn a_waker_comes_back_during_the_shutdown() {
    FREE.holds("a shutdown that wakes many tasks", || {
        let (Kit { mut park, handle }, _below) = Kit::new();
        let source = watch(&handle);
        let tasks = [(); MANY].map(|()| TestWaker::new("task"));
        let waits = wait(&source, &tasks);
        let asks = handle.clone();
        tasks[0].on_wake(move || {
            asks.turn();
            asks.unpark();
        });
        park.shutdown();
        let woken = tasks.iter().filter(|task| task.wakes() == 1).count();
        FREE.check_eq("tasks that were woken", woken, MANY);
        FREE.check_eq("listed", count_listed(&handle), 0);
        drop(waits);
        drop(source);
    });
}
