//! Large futures: 512 KiB on a stack of 2 MiB, where each move of a debug build is a copy.

#![cfg(not(loom))]

use std::hint::black_box;

use current_thread::{LocalRuntime, LocalSet, Runtime, spawn, spawn_local, yield_now};
use testkit::{Exercise, Rule};

const EX: Exercise = Exercise::new("4.4", "current-thread/schedule.md");
const ROOM: Rule = EX.rule("A large future goes into a box before it is passed on.");

const STACK: usize = 2 << 20;
const LARGE: usize = if cfg!(miri) { 64 << 10 } else { 512 << 10 };

/// A future that is this large, since it has the bytes across an `await`.
async fn large() -> u8 {
    let bytes = black_box([7_u8; LARGE]);
    yield_now().await;
    black_box(&bytes)[LARGE - 1]
}

fn check(what: &str, saw: u8) {
    ROOM.check_eq(what, saw, 7);
}

#[test]
fn spawned() {
    ROOM.on_a_small_stack("spawned", STACK, || {
        let saw = Runtime::new().block_on(async { spawn(large()).await.unwrap() });
        check("spawn", saw);
    });
}

#[test]
fn spawned_by_the_runtime() {
    ROOM.on_a_small_stack("spawned_by_the_runtime", STACK, || {
        let rt = Runtime::new();
        let join = rt.spawn(large());
        check("Runtime::spawn", rt.block_on(join).unwrap());
    });
}

#[test]
fn spawned_by_a_handle() {
    ROOM.on_a_small_stack("spawned_by_a_handle", STACK, || {
        let rt = Runtime::new();
        let join = rt.handle().spawn(large());
        check("Handle::spawn", rt.block_on(join).unwrap());
    });
}

#[test]
fn spawned_locally() {
    ROOM.on_a_small_stack("spawned_locally", STACK, || {
        let saw = LocalRuntime::new().block_on(async { spawn_local(large()).await.unwrap() });
        check("spawn_local", saw);
    });
}

#[test]
fn spawned_by_a_local_runtime() {
    ROOM.on_a_small_stack("spawned_by_a_local_runtime", STACK, || {
        let rt = LocalRuntime::new();
        let join = rt.spawn_local(large());
        check("LocalRuntime::spawn_local", rt.block_on(join).unwrap());
    });
}

#[test]
fn spawned_by_a_local_handle() {
    ROOM.on_a_small_stack("spawned_by_a_local_handle", STACK, || {
        let rt = LocalRuntime::new();
        let handle = rt.handle().clone();
        let saw = rt.block_on(async move { handle.spawn_local(large()).await.unwrap() });
        check("Handle::spawn_local", saw);
    });
}

#[test]
fn spawned_in_a_set() {
    ROOM.on_a_small_stack("spawned_in_a_set", STACK, || {
        let (rt, set) = (Runtime::new(), LocalSet::new());
        let join = set.spawn_local(large());
        check("LocalSet::spawn_local", set.block_on(&rt, join).unwrap());
    });
}

/// A root stays on the stack of its caller, and is moved into place there.
#[test]
fn at_the_root() {
    ROOM.on_a_small_stack("at_the_root", STACK + STACK / 2, || {
        check("block_on", Runtime::new().block_on(large()));
    });
}
