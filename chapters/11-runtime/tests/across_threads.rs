//! Sockets and timers that several threads have to do with: what ThreadSanitizer and memcheck look at.
//!
//! Loom models single steps of the drivers, with a queue of events that is made of a lock. Here is all of it
//! with the system's own, so that what the models leave out is looked at as well: `cargo press ci --only
//! sanitizer` and `--only memcheck` run this file.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use reveille::io::{AsyncReadExt, AsyncWriteExt};
use reveille::net::{TcpListener, TcpStream};
use reveille::runtime::{Builder, Handle, Runtime};
use reveille::sync::{mpsc, oneshot};
use reveille::time::{Instant, interval, sleep, timeout};
use testkit::{Exercise, Rule};

const EX: Exercise = Exercise::new("11", "runtime/index.md");

const ACROSS: Rule = EX.rule("A socket, a timer or a task works on every thread.");

const CLIENTS: usize = 8;
const MESSAGES: u32 = 20;
/// A timer that has to be there, and need not fire.
const LONG: Duration = Duration::from_secs(600);
/// A timer that has to fire.
const SHORT: Duration = Duration::from_millis(2);

fn runtime() -> Runtime {
    let mut builder = Builder::new_current_thread();
    builder.enable_all().build().expect("nothing is refused")
}

/// A runtime on a thread of its own. It ends when the sender is dropped.
fn runs_elsewhere() -> (Handle, oneshot::Sender<()>, thread::JoinHandle<()>) {
    let runtime = runtime();
    let handle = runtime.handle().clone();
    let (stop, stopped) = oneshot::channel();
    let thread = thread::spawn(move || {
        let _ = runtime.block_on(stopped);
    });
    (handle, stop, thread)
}

/// Sends back what comes, one message after the other. Each read has a timer.
async fn echo(mut stream: TcpStream) -> u32 {
    let mut buffer = [0; 4];
    let mut echoed = 0;
    loop {
        match timeout(LONG, stream.read_exact(&mut buffer)).await {
            Ok(Ok(_)) => stream.write_all(&buffer).await.expect("the client reads"),
            Ok(Err(_)) => return echoed,
            Err(_) => panic!("the client was silent for {LONG:?}"),
        }
        echoed += 1;
    }
}

/// The server's runtime is one thread's, the clients' is another's, and a third thread spawns.
#[test]
fn an_echo_between_two_runtimes() {
    ACROSS.holds("an echo between two threads", || {
        let (server, stop_server, server_thread) = runs_elsewhere();
        let (clients, stop_clients, clients_thread) = runs_elsewhere();
        let main = runtime();
        let (told, mut total) = mpsc::channel(1);
        let listening = server.spawn(async move {
            let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
            let address = listener.local_addr().expect("it is bound");
            reveille::spawn(async move {
                for _ in 0..CLIENTS {
                    let (stream, _) = listener.accept().await.expect("a client");
                    let told = told.clone();
                    reveille::spawn(async move { told.send(echo(stream).await).await });
                }
            });
            address
        });
        let address = main.block_on(listening).expect("it listens");
        let all: Vec<_> = (0..CLIENTS)
            .map(|_| {
                clients.spawn(async move {
                    let mut stream = TcpStream::connect(address).await.expect("it listens");
                    for n in 0..MESSAGES {
                        stream.write_u32(n).await.expect("the server reads");
                        assert_eq!(stream.read_u32().await.expect("the echo"), n);
                        if n % 8 == 0 {
                            sleep(SHORT).await;
                        }
                    }
                })
            })
            .collect();
        let echoed = main.block_on(async {
            for client in all {
                client.await.expect("no client panics");
            }
            let mut echoed = 0;
            for _ in 0..CLIENTS {
                echoed += total.recv().await.expect("each server tells");
            }
            echoed
        });
        ACROSS.check_eq("echoes", echoed, CLIENTS as u32 * MESSAGES);
        drop((stop_server, stop_clients));
        server_thread.join().unwrap();
        clients_thread.join().unwrap();
    });
}

/// A socket and a timer are made in one runtime, and are used and dropped by a task of another: the first one's
/// thread wakes it.
#[test]
fn what_one_runtime_made_is_used_in_another() {
    ACROSS.holds("a socket that goes to another runtime", || {
        let (maker, stop, thread) = runs_elsewhere();
        let user = runtime();
        for round in 0..20 {
            let made = maker.spawn(async {
                let listener = TcpListener::bind("127.0.0.1:0").await?;
                let address = listener.local_addr()?;
                let client = TcpStream::connect(address).await?;
                let (server, _) = listener.accept().await?;
                let timer = Box::pin(sleep(SHORT));
                Ok::<_, std::io::Error>((client, server, timer))
            });
            user.block_on(async {
                let (mut client, mut server, timer) = made.await.unwrap().expect("a connection");
                let reader = reveille::spawn(async move {
                    let mut all = Vec::new();
                    server.read_to_end(&mut all).await.map(|_| all)
                });
                timer.await;
                client.write_all(b"across").await.expect("there is room");
                // In half of the rounds the reader is dropped while its event may be in hand.
                if round % 2 == 0 {
                    reader.abort();
                    let _ = reader.await;
                } else {
                    drop(client);
                    let read = reader.await.unwrap().expect("no error");
                    ACROSS.check_eq("what came", read, b"across".to_vec());
                }
            });
        }
        drop(stop);
        thread.join().unwrap();
    });
}

/// The owner of the timers sleeps until a far one. Another thread sets an earlier one, lets it fire, drops one,
/// and resets one.
#[test]
fn timers_are_set_from_another_thread() {
    ACROSS.holds("timers of a thread that sleeps", || {
        let (owner, stop, thread) = runs_elsewhere();
        let far = owner.spawn(async { sleep(LONG).await });
        let setters: Vec<_> = (0..3)
            .map(|_| {
                let owner = owner.clone();
                thread::spawn(move || {
                    let entered = owner.enter();
                    let begin = Instant::now();
                    for _ in 0..10 {
                        let mut moved = Box::pin(sleep(LONG));
                        let dropped = timeout(LONG, std::future::ready(()));
                        let fired = owner.spawn(sleep(SHORT));
                        moved.as_mut().reset(Instant::now() + SHORT);
                        owner.block_on(async {
                            moved.await;
                            fired.await.expect("it is not aborted");
                            dropped.await.expect("it is ready");
                        });
                    }
                    drop(entered);
                    begin.elapsed()
                })
            })
            .collect();
        for setter in setters {
            let took = setter.join().unwrap();
            ACROSS.check(10 * SHORT <= took, format!("a timer was early: {took:?}"));
        }
        far.abort();
        drop(stop);
        thread.join().unwrap();
    });
}

/// The runtime ends while its tasks wait for sockets and for timers, and other threads still have handles on
/// them.
#[test]
fn a_runtime_ends_while_others_use_it() {
    ACROSS.holds("the end of a runtime", || {
        for _ in 0..10 {
            let (owner, stop, thread) = runs_elsewhere();
            let alive = Arc::new(());
            let waits: Vec<_> = (0..4)
                .map(|n| {
                    let alive = Arc::clone(&alive);
                    owner.spawn(async move {
                        let _alive = alive;
                        let listener = TcpListener::bind("127.0.0.1:0").await?;
                        match n % 2 {
                            0 => drop(timeout(LONG, listener.accept()).await),
                            _ => {
                                let mut ticks = interval(SHORT);
                                loop {
                                    ticks.tick().await;
                                }
                            }
                        }
                        Ok::<_, std::io::Error>(())
                    })
                })
                .collect();
            let late = thread::spawn({
                let owner = owner.clone();
                move || owner.spawn(async { sleep(LONG).await })
            });
            drop(stop);
            thread.join().unwrap();
            drop(late.join().unwrap());
            drop(waits);
            ACROSS.check_eq(
                "futures that were not dropped",
                Arc::strong_count(&alive),
                1,
            );
        }
    });
}
