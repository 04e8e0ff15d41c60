//! What a dump tells with the feature `dump`: the diaries of the tasks, in every state, and without asking any thread.

#![cfg(all(feature = "dump", unix, not(miri)))]

use std::future::pending;
use std::net::Ipv4Addr;
use std::os::fd::{AsRawFd, OwnedFd};
use std::pin::pin;
use std::sync::mpsc as std_mpsc;
use std::thread;
use std::time::Duration;

use reveille::io::AsyncReadExt;
use reveille::io::unix::AsyncFd;
use reveille::net::unix::pipe;
use reveille::net::{TcpListener, TcpStream, UdpSocket, UnixDatagram, UnixListener, UnixStream};
use reveille::runtime::dump::{Dump, Kind, Leaf, Resource, State, Task};
use reveille::runtime::{Builder, Handle, Runtime};
use reveille::signal::unix::{SignalKind, signal};
use reveille::sync::{Notify, mpsc, oneshot};
use reveille::task::{Id, LocalSet, spawn_blocking, spawn_local, yield_now};
use reveille::time::sleep;
use reveille::{join, spawn};
use testkit::{Exercise, Rule};

const EX: Exercise = Exercise::new("11", "runtime/index.md");

const SOCKET: Rule =
    EX.rule("A dump names the operation that a task waits for, and the descriptor.");
const FULL: Rule =
    EX.rule("A dump tells of the first four leaves of a task, and how many more there are.");
const STUCK: Rule =
    EX.rule("A dump waits for no task: it tells which thread is stuck in a poll, and since when.");
const COUNT: Rule =
    EX.rule("A dump tells how often a task was polled, and how often it was woken.");
const SAME: Rule = EX.rule("Two tasks that wait for the same channel show the same address.");
const OTHERS: Rule = EX.rule("A dump tells of blocking jobs, and of the tasks of a local set.");
const SAID: Rule = EX.rule("A dump reads well: tasks that do the same are one entry.");
const APART: Rule = EX.rule("A dump tells of the tasks of its own runtime.");

const HOUR: Duration = Duration::from_secs(3600);

fn one_thread() -> Runtime {
    let runtime = Builder::new_current_thread().enable_all().build();
    runtime.expect("there is room for a driver")
}

fn task(dump: &Dump, id: Id) -> &Task {
    let mut tasks = dump.tasks().iter();
    tasks
        .find(|task| task.id() == id)
        .expect("the task is there")
}

fn names(task: &Task) -> Vec<&str> {
    task.leaves().map(Leaf::name).collect()
}

/// The dump, once no task is due.
async fn at_rest() -> Dump {
    loop {
        let dump = Handle::current().dump().await;
        if dump.tasks().iter().all(|task| !task.is_due()) {
            return dump;
        }
        yield_now().await;
    }
}

#[test]
fn a_task_stuck_in_each_socket() {
    EX.within("looking at tasks that wait for sockets", || {
        let runtime = one_thread();
        runtime.block_on(async {
            let mut stuck: Vec<(&str, Option<i32>, Id)> = Vec::new();
            macro_rules! stuck {
                ($name:literal, $socket:ident, $future:expr) => {
                    let fd = Some($socket.as_raw_fd());
                    stuck.push(($name, fd, spawn($future).id()));
                };
            }
            let any = (Ipv4Addr::LOCALHOST, 0);
            let listener = TcpListener::bind(any).await.unwrap();
            let address = listener.local_addr().unwrap();
            let client = TcpStream::connect(address).await.unwrap();
            let (mut server, _) = listener.accept().await.unwrap();
            let reads = TcpStream::connect(address).await.unwrap();
            let _peer = listener.accept().await.unwrap();
            stuck!("TcpStream::peek", client, async move {
                drop(client.peek(&mut [0]).await);
            });
            stuck!("TcpStream::readable", reads, async move {
                loop {
                    drop(reads.readable().await);
                    drop(reads.try_read(&mut [0]));
                }
            });
            stuck!("TcpStream::read", server, async move {
                drop(server.read(&mut [0]).await);
            });
            let mut numbers = TcpStream::connect(address).await.unwrap();
            let _peer_too = listener.accept().await.unwrap();
            stuck!("TcpStream::read", numbers, async move {
                drop(numbers.read_u32().await);
            });
            stuck!("TcpListener::accept", listener, async move {
                drop(listener.accept().await);
            });
            let socket = UdpSocket::bind(any).await.unwrap();
            stuck!("UdpSocket::recv_from", socket, async move {
                drop(socket.recv_from(&mut [0]).await);
            });
            let folder = std::env::temp_dir().join(format!("reveille-dump-{}", std::process::id()));
            let listener = UnixListener::bind(&folder).unwrap();
            std::fs::remove_file(&folder).unwrap();
            stuck!("UnixListener::accept", listener, async move {
                drop(listener.accept().await);
            });
            let (one, other) = UnixStream::pair().unwrap();
            stuck!("UnixStream::writable", one, async move {
                let _other = other;
                loop {
                    drop(one.writable().await);
                    drop(one.try_write(&[0; 4096]));
                }
            });
            let (one, other) = UnixDatagram::pair().unwrap();
            stuck!("UnixDatagram::recv", one, async move {
                let _other = other;
                drop(one.recv(&mut [0]).await);
            });
            let (sender, receiver) = pipe::pipe().unwrap();
            stuck!("pipe::Receiver::readable", receiver, async move {
                let _sender = sender;
                loop {
                    drop(receiver.readable().await);
                    drop(receiver.try_read(&mut [0]));
                }
            });
            let (one, other) = std::os::unix::net::UnixStream::pair().unwrap();
            one.set_nonblocking(true).unwrap();
            let one = AsyncFd::new(OwnedFd::from(one)).unwrap();
            stuck!("AsyncFd::readable", one, async move {
                let _other = other;
                loop {
                    one.readable().await.unwrap().clear_ready();
                }
            });
            let mut signals = signal(SignalKind::user_defined2()).unwrap();
            let signals = spawn(async move { signals.recv().await });
            stuck.push(("Signal::recv", None, signals.id()));

            let dump = at_rest().await;
            for (name, fd, id) in stuck {
                let task = task(&dump, id);
                let leaf = task.leaves().next();
                let Some(leaf) = leaf else {
                    SOCKET.fail(format_args!("{name}: no leaf is named"));
                };
                SOCKET.check_eq("the leaf", leaf.name(), name);
                if let Some(fd) = fd {
                    SOCKET.check_eq(name, leaf.resource(), Resource::Descriptor(fd));
                }
                SOCKET.check_eq(name, leaf.place().file(), file!());
            }
        });
    });
}

#[test]
fn more_leaves_than_there_is_room_for() {
    EX.within("looking at a task that waits for six things", || {
        one_thread().block_on(async {
            let six = spawn(async {
                let bell = Notify::new();
                let wait = || bell.notified();
                join!(wait(), wait(), wait(), wait(), wait(), wait());
            });
            let dump = at_rest().await;
            let task = task(&dump, six.id());
            FULL.check_eq("the leaves", names(task), vec!["Notify::notified"; 4]);
            FULL.check_eq("more", task.more_leaves(), 2);
            let said = task.to_string();
            FULL.check(said.ends_with("\n    and 2 more"), &said);
        });
    });
}

#[test]
fn a_thread_that_is_stuck() {
    EX.within("looking at a runtime whose thread is stuck", || {
        let (let_go, is_let_go) = std_mpsc::channel::<()>();
        let (tells, told) = std_mpsc::channel();
        let (ring, bell) = oneshot::channel::<()>();
        let runs = thread::Builder::new().name("the stuck one".to_owned());
        let runs = runs.spawn(move || {
            one_thread().block_on(async move {
                let stuck = spawn(async move {
                    bell.await.expect("it is rung");
                    is_let_go.recv().expect_err("nothing is sent");
                });
                let waits = spawn(pending::<()>());
                yield_now().await;
                tells
                    .send((Handle::current(), stuck.id(), waits.id()))
                    .unwrap();
                stuck.await.unwrap();
            });
        });
        let (handle, stuck, waits) = told.recv().unwrap();
        ring.send(()).expect("the task waits");
        let asks = || handle.block_on(handle.dump());
        let dump = loop {
            let dump = asks();
            if task(&dump, stuck).state() == State::Running {
                break dump;
            }
            thread::yield_now();
        };
        let seen = task(&dump, stuck);
        STUCK.check_eq("the thread", seen.thread(), Some("the stuck one"));
        STUCK.check(seen.age().is_some(), "how long it has run");
        STUCK.check_eq("where it came from", names(seen), vec!["oneshot::Receiver"]);
        let said = dump.to_string();
        STUCK.check(
            said.starts_with("2 tasks: 1 running, 0 due, 1 waiting\n"),
            &said,
        );
        STUCK.check(
            said.contains("on the thread `the stuck one`, polled 2 times, woken once"),
            &said,
        );
        STUCK.check_eq("the other", task(&dump, waits).state(), State::Waiting);
        drop(let_go);
        runs.unwrap().join().expect("it does not panic");
    });
}

#[test]
fn polls_and_wakes() {
    EX.within("counting polls and wakes", || {
        one_thread().block_on(async {
            let (sender, mut receiver) = mpsc::channel(1);
            let counts = spawn(async move { while receiver.recv().await.is_some() {} });
            for sent in 0..3 {
                let dump = at_rest().await;
                let task = task(&dump, counts.id());
                COUNT.check_eq("polls", task.polls(), Some(sent + 1));
                COUNT.check_eq("wakes", task.wakes(), Some(sent));
                sender.send(()).await.unwrap();
            }
        });
    });
}

#[test]
fn the_same_resource() {
    EX.within("looking at tasks that wait for the same", || {
        one_thread().block_on(async {
            let (sender, _receiver) = mpsc::channel(1);
            let (other, _other_receiver) = mpsc::channel(1);
            let waits = [sender.clone(), sender, other].map(|sender| {
                let waits = spawn(async move { while sender.send(()).await.is_ok() {} });
                waits.id()
            });
            let dump = at_rest().await;
            let resources = waits.map(|id| {
                let mut leaves = task(&dump, id).leaves();
                leaves.next().expect("it waits").resource()
            });
            SAME.check_eq("one channel", resources[0], resources[1]);
            SAME.check(resources[0] != resources[2], "two channels look like one");
        });
    });
}

#[test]
fn jobs_and_local_tasks() {
    EX.within("looking at what is not a task of the scheduler", || {
        let (let_go, is_let_go) = std_mpsc::channel::<()>();
        let runtime = one_thread();
        runtime.block_on(async {
            let job = spawn_blocking(move || is_let_go.recv().expect_err("nothing is sent"));
            let job_id = job.id();
            let waits = spawn(async move { drop(job.await) });
            let set = LocalSet::new();
            let local = set.spawn_local(async { Notify::new().notified().await });
            let rest = set.run_until(async {
                let inner = spawn_local(pending::<()>());
                yield_now().await;
                (inner.id(), at_rest().await)
            });
            let (inner, dump) = rest.await;
            let kinds = [job_id, waits.id(), local.id(), inner].map(|id| task(&dump, id).kind());
            let expected = [Kind::BlockingJob, Kind::Task, Kind::Local, Kind::Local];
            OTHERS.check_eq("the kinds", kinds, expected);
            OTHERS.check_eq(
                "the local one",
                names(task(&dump, local.id())),
                vec!["Notify::notified"],
            );
            let waits: Vec<Resource> = task(&dump, waits.id())
                .leaves()
                .map(Leaf::resource)
                .collect();
            OTHERS.check_eq(
                "what waits for the job",
                waits,
                vec![Resource::Task(job_id)],
            );
        });
        drop(let_go);
    });
}

#[test]
fn thousands_that_wait_for_the_same() {
    EX.within("looking at a thousand tasks", || {
        one_thread().block_on(async {
            for _ in 0..1000 {
                spawn(async { sleep(HOUR).await });
            }
            let dump = at_rest().await;
            let said = dump.to_string();
            let lines: Vec<&str> = said.lines().collect();
            let [sum, "", tasks, leaf] = *lines else {
                SAID.fail(format_args!("it is not one entry:\n{said}"));
            };
            SAID.check_eq("the sum", sum, "1000 tasks: 0 running, 0 due, 1000 waiting");
            SAID.check(
                tasks.starts_with("1000 tasks, ") && tasks.contains(" and others: waiting for "),
                tasks,
            );
            SAID.check(leaf.starts_with("    sleep at "), leaf);
        });
    });
}

#[test]
fn two_runtimes() {
    EX.within("looking at one of two runtimes", || {
        let (one, other) = (
            one_thread(),
            Builder::new_multi_thread()
                .worker_threads(2)
                .build()
                .unwrap(),
        );
        let (mine, theirs) = (one.spawn(pending::<()>()), other.spawn(pending::<()>()));
        let seen = |runtime: &Runtime| -> Vec<Id> {
            let dump = runtime.block_on(runtime.handle().dump());
            dump.tasks().iter().map(Task::id).collect()
        };
        APART.check_eq("the one's", seen(&one), vec![mine.id()]);
        APART.check_eq("the other's", seen(&other), vec![theirs.id()]);
        // A dump is a future like any other: it is ready at once.
        let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
        APART.check(
            pin!(one.handle().dump()).poll(&mut cx).is_ready(),
            "it waits",
        );
    });
}
