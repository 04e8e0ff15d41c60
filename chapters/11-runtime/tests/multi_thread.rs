//! The flavor with several threads: sockets and timers on it.

#![cfg(not(loom))]

use std::collections::HashSet;
use std::rc::Rc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use reveille::io::{AsyncReadExt, AsyncWriteExt};
use reveille::net::{TcpListener, TcpStream};
use reveille::runtime::{Builder, Handle, Runtime, RuntimeFlavor};
use reveille::task::{LocalSet, block_in_place, spawn_local, yield_now};
use reveille::time::{sleep, timeout};
use testkit::{Exercise, Rule};

const CHAPTER: Exercise = Exercise::chapter("11", "runtime/index.md");

const BOTH: Rule =
    CHAPTER.rule("Both flavors have one surface: what runs on one runs on the other.");
const DRIVEN: Rule = CHAPTER.rule("The drivers are looked after, whatever the workers do.");

fn pool(workers: usize) -> Runtime {
    Builder::new_multi_thread()
        .worker_threads(workers)
        .enable_all()
        .build()
        .unwrap()
}

#[test]
fn handle_and_spawn_mean_the_pool() {
    BOTH.holds("spawns by handle, by runtime, by function", || {
        let rt = pool(2);
        assert_eq!(rt.handle().runtime_flavor(), RuntimeFlavor::MultiThread);
        let sum = rt.block_on(async {
            assert_eq!(
                Handle::current().runtime_flavor(),
                RuntimeFlavor::MultiThread
            );
            let one = reveille::spawn(async { reveille::spawn(async { 1 }).await.unwrap() });
            let two = Handle::current().spawn(async { 2 });
            one.await.unwrap() + two.await.unwrap()
        });
        assert_eq!(sum, 3);
        let _entered = rt.enter();
        let four = reveille::spawn(async { 4 });
        assert_eq!(rt.handle().block_on(four).unwrap(), 4);
        assert_eq!(
            rt.block_on(reveille::spawn(async { block_in_place(|| 5) }))
                .unwrap(),
            5
        );
    });
}

/// Each connection is two tasks, which may run on any worker.
#[test]
fn many_connections() {
    DRIVEN.holds("an echo server and its clients, on the same pool", || {
        for workers in [1, 2, 4] {
            let rt = pool(workers);
            let echoed = rt.block_on(async {
                let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
                let address = listener.local_addr().unwrap();
                let server = reveille::spawn(async move {
                    loop {
                        let (mut stream, _) = listener.accept().await.unwrap();
                        reveille::spawn(async move {
                            let mut buffer = [0; 64];
                            while let Ok(n @ 1..) = stream.read(&mut buffer).await {
                                stream.write_all(&buffer[..n]).await.unwrap();
                            }
                        });
                    }
                });
                let clients: Vec<_> = (0..20_u8)
                    .map(|i| {
                        reveille::spawn(async move {
                            let mut stream = TcpStream::connect(address).await.unwrap();
                            let mut buffer = [0; 8];
                            for _ in 0..50 {
                                stream.write_all(&[i; 8]).await.unwrap();
                                stream.read_exact(&mut buffer).await.unwrap();
                                assert_eq!(buffer, [i; 8]);
                            }
                            50
                        })
                    })
                    .collect();
                let mut echoed = 0;
                for client in clients {
                    echoed += client.await.unwrap();
                }
                server.abort();
                echoed
            });
            assert_eq!(echoed, 1000, "on {workers} workers");
        }
    });
}

#[test]
fn many_timers() {
    DRIVEN.holds("timers of many tasks", || {
        for workers in [1, 2, 4] {
            let rt = pool(workers);
            let fired = Arc::new(AtomicUsize::new(0));
            let begun = Instant::now();
            rt.block_on(async {
                let tasks: Vec<_> = (0..500)
                    .map(|i| {
                        let fired = fired.clone();
                        reveille::spawn(async move {
                            sleep(Duration::from_millis(1 + i % 20)).await;
                            fired.fetch_add(1, SeqCst);
                            let late =
                                timeout(Duration::from_millis(1), std::future::pending::<()>());
                            assert!(late.await.is_err());
                        })
                    })
                    .collect();
                for task in tasks {
                    task.await.unwrap();
                }
            });
            assert_eq!(fired.load(SeqCst), 500);
            assert!(
                Duration::from_millis(21) <= begun.elapsed(),
                "a timer fired early"
            );
        }
    });
}

/// One worker is in a poll until all the others are done: a task, a timer, a socket.
#[test]
fn a_poll_that_does_not_end_delays_no_other() {
    DRIVEN.holds("a poll that waits for a timer, a socket and a task", || {
        let rt = pool(2);
        for _ in 0..5 {
            let (done, is_done) = std::sync::mpsc::channel();
            let long = rt.spawn(async move {
                let (timer, socket, task) = (done.clone(), done.clone(), done);
                reveille::spawn(async move {
                    sleep(Duration::from_millis(2)).await;
                    timer.send("a timer").unwrap();
                });
                reveille::spawn(async move {
                    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
                    let address = listener.local_addr().unwrap();
                    let client = reveille::spawn(async move {
                        sleep(Duration::from_millis(2)).await;
                        TcpStream::connect(address).await.unwrap()
                    });
                    listener.accept().await.unwrap();
                    drop(client.await.unwrap());
                    socket.send("a socket").unwrap();
                });
                reveille::spawn(async move {
                    for _ in 0..10 {
                        yield_now().await;
                    }
                    task.send("a task").unwrap();
                });
                is_done.iter().take(3).count()
            });
            assert_eq!(rt.block_on(long).unwrap(), 3);
        }
    });
}

/// tokio-rs/tokio#2119, #3477: tasks that wait for the drivers do not keep the end from coming, and their sockets are closed.
#[test]
fn the_end_with_sockets_and_timers() {
    DRIVEN.holds(
        "the end of a pool whose tasks wait for sockets and timers",
        || {
            for workers in [1, 2, 4] {
                let rt = pool(workers);
                let address = rt.block_on(async {
                    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
                    let address = listener.local_addr().unwrap();
                    reveille::spawn(async move {
                        let mut streams = Vec::new();
                        loop {
                            streams.push(listener.accept().await.unwrap());
                        }
                    });
                    reveille::spawn(async { sleep(Duration::from_secs(3600)).await });
                    let mut client = TcpStream::connect(address).await.unwrap();
                    reveille::spawn(async move { client.read(&mut [0]).await });
                    yield_now().await;
                    address
                });
                drop(rt);
                assert!(
                    std::net::TcpStream::connect(address).is_err(),
                    "it is still open"
                );
            }
        },
    );
}

#[test]
#[should_panic(expected = "Worker threads cannot be set to 0")]
fn no_workers() {
    Builder::new_multi_thread().worker_threads(0);
}

/// One worker sleeps on the drivers, and the others elsewhere.
#[test]
fn hooks_around_the_sleep_of_each_worker() {
    BOTH.holds(
        "a hook before a sleep, and one after it, on three workers",
        || {
            let (sender, threads) = mpsc::channel();
            let (before, after) = (sender.clone(), sender);
            let rt = Builder::new_multi_thread()
                .worker_threads(3)
                .on_thread_park(move || {
                    let _ = before.send((thread::current().id(), "before"));
                })
                .on_thread_unpark(move || {
                    let _ = after.send((thread::current().id(), "after"));
                })
                .build()
                .unwrap();
            // Each of them sleeps, as there is nothing to do.
            let mut slept = HashSet::new();
            let mut told = Vec::new();
            while slept.len() < 3 {
                let (thread, what) = threads.recv().unwrap();
                slept.insert(thread);
                told.push((thread, what));
            }
            drop(rt);
            told.extend(threads);
            for thread in slept {
                let of_one: Vec<_> = (told.iter().filter(|it| it.0 == thread))
                    .map(|it| it.1)
                    .collect();
                let expected: Vec<_> = ["before", "after"]
                    .into_iter()
                    .cycle()
                    .take(of_one.len())
                    .collect();
                assert_eq!(of_one, expected, "a sleep begins and ends");
                assert_eq!(of_one.len() % 2, 0, "the end woke it");
            }
        },
    );
}

/// A set of local tasks runs on the thread that calls, beside any runtime.
#[test]
fn a_local_set_beside_either_flavor() {
    BOTH.holds("`LocalSet::block_on`, with a socket", || {
        for rt in [
            Builder::new_current_thread().enable_all().build().unwrap(),
            pool(2),
        ] {
            // A runtime that is shared is one, too.
            let rt = Arc::new(rt);
            let set = LocalSet::new();
            let read = set.block_on(&rt, async {
                let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
                let address = listener.local_addr().unwrap();
                let stays = Rc::new(7);
                let server = spawn_local(async move {
                    let (mut stream, _) = listener.accept().await.unwrap();
                    stream.write_all(&[*stays]).await.unwrap();
                });
                let mut stream = TcpStream::connect(address).await.unwrap();
                let mut byte = [0];
                stream.read_exact(&mut byte).await.unwrap();
                server.await.unwrap();
                byte[0]
            });
            assert_eq!(read, 7);
        }
    });
}

/// Its tasks are bound to the thread, so the thread must not be given up to a call that blocks.
#[test]
fn a_local_set_does_not_block_in_place() {
    const STAYS: Rule = CHAPTER.rule(
        "`block_in_place` is for tasks that may go elsewhere, and for threads that run none.",
    );
    STAYS.holds("in a task of a set, and in its drop", || {
        let rt = pool(1);
        let refused = rt.block_on(async {
            let set = LocalSet::new();
            set.run_until(async { spawn_local(async { block_in_place(|| ()) }).await })
                .await
        });
        let said = refused.unwrap_err().into_panic();
        let said = said.downcast_ref::<&str>().copied().unwrap_or_default();
        assert!(said.starts_with("can call blocking only when"), "{said}");
        // After the set the task may go elsewhere again.
        assert_eq!(rt.block_on(async { block_in_place(|| 3) }), 3);

        // A thread that waits for a future, and runs no tasks.
        let rt = Builder::new_current_thread().build().unwrap();
        let handle = rt.handle().clone();
        let waited = handle.block_on(async {
            block_in_place(|| {
                Handle::current().block_on(async {
                    yield_now().await;
                    5
                })
            })
        });
        assert_eq!(waited, 5);
    });
}

#[test]
fn a_pool_has_no_clock_that_stops() {
    BOTH.holds("`pause` on a pool", || {
        let rt = pool(1);
        let paused = rt.block_on(rt.spawn(async { reveille::time::pause() }));
        assert!(paused.unwrap_err().is_panic());
    });
}

/// What a program has called when a thread stops has happened when the runtime is gone.
#[test]
fn each_thread_has_stopped_when_the_runtime_is_gone() {
    BOTH.holds("hooks at the begin and the end of threads", || {
        for _ in 0..20 {
            let (started, stopped) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
            let rt = Builder::new_multi_thread()
                .worker_threads(2)
                .on_thread_start({
                    let started = Arc::clone(&started);
                    move || _ = started.fetch_add(1, SeqCst)
                })
                .on_thread_stop({
                    let stopped = Arc::clone(&stopped);
                    move || {
                        thread::yield_now();
                        stopped.fetch_add(1, SeqCst);
                    }
                })
                .build()
                .unwrap();
            rt.block_on(rt.spawn(async { block_in_place(|| ()) }))
                .unwrap();
            drop(rt);
            assert_eq!(started.load(SeqCst), stopped.load(SeqCst));
        }
    });
}
