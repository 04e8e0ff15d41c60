//! Who gets the permits of a semaphore: three who want some, and what happens when they come one by
//! one, or when somebody gives up.
//!
//!     cargo run -p sync --example hand_over_solved

use std::sync::Arc;

use current_thread::{JoinHandle, Runtime, spawn, yield_now};
use locks::Semaphore;

fn main() {
    let rt = Runtime::new();
    rt.block_on(one_by_one());
    println!();
    rt.block_on(one_gives_up());
}

/// A takes what there is, and waits for the rest. Nobody overtakes it.
async fn one_by_one() {
    let permits = Arc::new(Semaphore::new(2));
    println!("{} permits are free.", permits.available_permits());
    wants("A", &permits, 3).await;
    wants("B", &permits, 1).await;
    wants("C", &permits, 1).await;
    for _ in 0..4 {
        add(&permits).await;
    }
}

/// A is dropped, and B gets what A had so far.
async fn one_gives_up() {
    let permits = Arc::new(Semaphore::new(0));
    println!("{} permits are free.", permits.available_permits());
    let a = wants("A", &permits, 2).await;
    wants("B", &permits, 1).await;
    add(&permits).await;
    println!("A gives up");
    a.abort();
    show(&permits).await;
}

/// A task that waits for `n` permits, and keeps them.
async fn wants(name: &'static str, permits: &Arc<Semaphore>, n: u32) -> JoinHandle<()> {
    println!("{name} wants {n}");
    let ours = Arc::clone(permits);
    let task = spawn(async move {
        let permits = ours.acquire_many(n).await.expect("nobody closes it");
        println!("    {name} has {}", permits.num_permits());
        permits.forget();
    });
    show(permits).await;
    task
}

async fn add(permits: &Semaphore) {
    println!("one more");
    permits.add_permits(1);
    show(permits).await;
}

/// Lets the tasks run, and then says how many permits are free.
async fn show(permits: &Semaphore) {
    yield_now().await;
    println!("    free: {}", permits.available_permits());
}
