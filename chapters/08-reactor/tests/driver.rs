//! The driver: when it asks the system, which threads may take its turn, and what it keeps.

#![cfg(not(any(loom, miri)))]

mod rt;

use std::future::poll_fn;
use std::io::Write;
use std::net::TcpStream as StdStream;
use std::pin::{Pin, pin};
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex, mpsc};
use std::task::Poll;
use std::thread;
use std::time::{Duration, Instant};

use current_thread::{Park, Runtime, ThreadPark, Unpark, spawn};
use reactor::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use reactor::net::{TcpListener, TcpStream, UdpSocket};
use reactor::steps::{count_released, count_sources};
use reactor::{IoHandle, IoPark, is_shut_down_error};
use testkit::{Exercise, Rule, TestWaker};

use rt::{Counting, block_on, runtime};

const CHAPTER: Exercise = Exercise::chapter("8", "reactor/index.md");

const IDLE: Rule = CHAPTER.rule("While no event comes, the thread sleeps.");
const WATCHED: Rule =
    CHAPTER.rule("A source that is registered while the owner sleeps is watched.");
const TURNS: Rule =
    CHAPTER.rule("Any thread may turn the driver while the owner does something else.");
const KEPT: Rule = CHAPTER.rule("A source that is deregistered or refused leaves nothing behind.");
const OWN: Rule =
    CHAPTER.rule("An event wakes the tasks of the source that it is about, and no others.");
const BATCH: Rule = CHAPTER
    .may_be("8.3")
    .rule("A report may find the batch full: then what is in it is woken first.");
const GIVES_WAY: Rule = CHAPTER
    .rule("A task that always finds something to read gives way when its budget is used up.");
const SHUTDOWN: Rule =
    CHAPTER.rule("A shutdown ends all waits, and those that begin a moment later.");

/// Two ends of a connection: ours in the runtime, theirs outside.
async fn connection() -> (TcpStream, StdStream) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let theirs = StdStream::connect(listener.local_addr().unwrap()).unwrap();
    let (ours, _) = listener.accept().await.unwrap();
    (ours, theirs)
}

fn poll_read(stream: &mut TcpStream, task: &TestWaker) -> Poll<std::io::Result<usize>> {
    let mut buffer = [0; 16];
    task.poll(pin!(poll_fn(
        |cx| Pin::new(&mut *stream).poll_read(cx, &mut buffer)
    )))
}

/// Asks until `done`: an event of the loopback may take a moment.
fn turn_until(handle: &IoHandle, done: impl Fn() -> bool) {
    while !done() {
        handle.turn();
        thread::yield_now();
    }
}

/// smol #122: an event that was never cleared kept an idle program busy.
#[test]
fn smol_122_an_idle_driver_sleeps() {
    IDLE.holds("an idle socket, and two wakes", || {
        let (park, sleeps) = Counting::new(IoPark::new(ThreadPark::new()));
        let rt = Runtime::with_park(park);
        rt.block_on(async {
            let (ours, theirs) = connection().await;
            let reader = spawn(async move { ours.readable().await });
            current_thread::yield_now().await;
            let (send, mut receive) = atomic_waker::oneshot::channel();
            let waker = TestWaker::new("first poll");
            assert!(waker.poll(Pin::new(&mut receive)).is_pending());
            let before = sleeps.load(Relaxed);
            let other = thread::spawn(move || {
                // This is the time in which nothing happens.
                thread::sleep(Duration::from_millis(200));
                send.send(()).unwrap();
            });
            receive.await.unwrap();
            let sleeps = sleeps.load(Relaxed) - before;
            IDLE.check(sleeps <= 3, format!("{sleeps} sleeps in 0.2 s"));
            other.join().unwrap();
            drop(theirs);
            reader.await.unwrap().unwrap();
        });
    });
}

/// The owner sleeps below, for there was no source. Then another thread makes one.
#[test]
fn a_first_source_comes_while_the_owner_sleeps() {
    WATCHED.holds("a socket that is made by another thread", || {
        let rt = Arc::new(runtime());
        let (asleep, is_asleep) = mpsc::channel();
        let handle = rt.handle().clone();
        let other = thread::spawn(move || {
            is_asleep.recv().unwrap();
            let _entered = handle.enter();
            let socket = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
            socket.set_nonblocking(true).unwrap();
            let socket = Arc::new(UdpSocket::from_std(socket).unwrap());
            let address = socket.local_addr().unwrap();
            let receives = Arc::clone(&socket);
            let task = handle.spawn(async move { receives.recv(&mut [0; 8]).await.unwrap() });
            socket.try_send_to(b"hello", address).unwrap();
            task
        });
        let length = rt.block_on(async {
            asleep.send(()).unwrap();
            let (send, receive) = atomic_waker::oneshot::channel();
            thread::spawn(move || send.send(other.join().unwrap()));
            receive.await.unwrap().await.unwrap()
        });
        WATCHED.check_eq("what was received", length, 5);
    });
}

#[test]
fn another_thread_takes_the_turn() {
    TURNS.holds("an owner that does something else", || {
        let rt = runtime();
        let handle = rt.handle().driver::<IoHandle>().unwrap();
        let (mut ours, mut theirs) = rt.block_on(connection());
        let task = TestWaker::new("reader");
        assert!(poll_read(&mut ours, &task).is_pending());
        theirs.write_all(b"hello").unwrap();
        let (turns, waits) = (handle.clone(), task.clone());
        thread::spawn(move || turn_until(&turns, || waits.wakes() == 1))
            .join()
            .unwrap();
        let read = poll_read(&mut ours, &task);
        TURNS.check_eq("what was read", matches!(read, Poll::Ready(Ok(5))), true);
    });
}

/// The owner finds the turn taken. It sleeps, and is woken when the turn is back.
#[test]
fn the_owner_waits_for_the_turn() {
    TURNS.holds("a waker that keeps the turn for a while", || {
        let (park, sleeps) = Counting::new(IoPark::new(ThreadPark::new()));
        let rt = Runtime::with_park(park);
        let handle = rt.handle().driver::<IoHandle>().unwrap();
        let (ours, mut theirs) = rt.block_on(connection());
        let (mut other_ours, mut other_theirs) = rt.block_on(connection());
        let (in_wake, wake_goes_on) = (mpsc::channel(), mpsc::channel::<()>());
        let goes_on = Mutex::new(wake_goes_on.1);
        // A read in vain: what was accepted is taken to be ready until then.
        ours.try_read(&mut [0; 8]).unwrap_err();
        // More than a batch is woken while the turn is taken, so one waker of it can hold it.
        let many: Vec<_> = (0..33).map(|_| TestWaker::new("many")).collect();
        let ours = Arc::new(ours);
        let mut waits: Vec<Pin<Box<dyn Future<Output = _> + Send>>> = Vec::new();
        for task in &many {
            let ours = Arc::clone(&ours);
            let mut wait = Box::pin(async move { ours.readable().await });
            assert!(task.poll(wait.as_mut()).is_pending());
            waits.push(wait);
        }
        let told = in_wake.0;
        many[0].on_wake(move || {
            told.send(()).unwrap();
            goes_on.lock().unwrap().recv().unwrap();
        });
        theirs.write_all(b"hello").unwrap();
        let waiting = many[32].clone();
        let turner = thread::spawn(move || turn_until(&handle, || waiting.wakes() == 1));
        in_wake.1.recv().unwrap();
        // The turn is taken, and its holder is in a waker. It does not see what comes now.
        other_theirs.write_all(b"hello").unwrap();
        let before = sleeps.load(Relaxed);
        let resume = thread::spawn({
            let sleeps = Arc::clone(&sleeps);
            move || {
                while sleeps.load(Relaxed) == before {
                    thread::yield_now();
                }
                wake_goes_on.0.send(()).unwrap();
            }
        });
        rt.block_on(async {
            let task = TestWaker::new("only to clear what is known");
            assert!(poll_read(&mut other_ours, &task).is_ready());
            assert!(poll_read(&mut other_ours, &task).is_pending());
            other_theirs.write_all(b"again").unwrap();
            other_ours.read_exact(&mut [0; 5]).await.unwrap();
        });
        resume.join().unwrap();
        turner.join().unwrap();
    });
}

/// The batch that a report gets has wakers of the reports before it. It may be full.
#[test]
fn more_latest_readers_than_a_batch() {
    BATCH.holds("forty sockets with something to read", || {
        let rt = runtime();
        let handle = rt.handle().driver::<IoHandle>().unwrap();
        let mut pairs: Vec<_> = (0..40).map(|_| rt.block_on(connection())).collect();
        let tasks: Vec<_> = (0..40).map(|_| TestWaker::new("reader")).collect();
        for ((ours, theirs), task) in pairs.iter_mut().zip(&tasks) {
            assert!(poll_read(ours, task).is_pending());
            theirs.write_all(b"x").unwrap();
        }
        BATCH.returns(
            || turn_until(&handle, || tasks.iter().all(|task| task.wakes() == 1)),
            "a turn panicked: a report found a batch that was full",
        );
    });
}

/// The waker of the latest task goes with the source, and does not wait for the driver's next turn.
#[test]
fn a_source_that_goes_takes_its_waker_along() {
    KEPT.holds("a source that is dropped while a task waits", || {
        let rt = runtime();
        let (mut ours, _theirs) = rt.block_on(connection());
        let task = TestWaker::new("task");
        assert!(poll_read(&mut ours, &task).is_pending());
        drop(ours);
        task.none_held(KEPT);
    });
}

/// tokio #3014: sources came and went, and what was freed was still in use. Under memcheck
/// this test shows each use after the end.
#[test]
fn tokio_3014_sources_come_and_go() {
    KEPT.holds("a thousand connections, a hundred at once", || {
        let rt = runtime();
        let handle = rt.handle().driver::<IoHandle>().unwrap();
        let listener = rt.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        let mut open = Vec::new();
        rt.block_on(async {
            for round in 0..1000 {
                let (client, accepted) =
                    futures::join!(TcpStream::connect(address), listener.accept());
                let (mut client, (mut server, _)) = (client.unwrap(), accepted.unwrap());
                client.write_all(b"x").await.unwrap();
                server.read_exact(&mut [0]).await.unwrap();
                open.push((client, server));
                if open.len() == 100 {
                    drop(open.swap_remove((round * 31) % 100));
                    drop(open.swap_remove((round * 17) % 99));
                }
            }
        });
        let left = 2 * open.len() + 1;
        KEPT.check_eq("sources", count_sources(&handle), left);
        drop((open, listener));
        handle.turn();
        KEPT.check_eq("sources", count_sources(&handle), 0);
        KEPT.check_eq("kept", count_released(&handle), 0);
    });
}

/// Sources are deregistered, and no thread turns the driver. The owner is woken to free them.
#[test]
fn the_last_sources_are_freed() {
    KEPT.holds("a driver without sources any more", || {
        let rt = runtime();
        let handle = rt.handle().driver::<IoHandle>().unwrap();
        rt.block_on(async {
            for _ in 0..3 {
                drop(UdpSocket::bind("127.0.0.1:0").await.unwrap());
            }
            let (send, receive) = atomic_waker::oneshot::channel();
            let other = thread::spawn(move || send.send(()).unwrap());
            receive.await.unwrap();
            other.join().unwrap();
            // That may have been too fast to sleep for.
            while count_released(&handle) > 0 {
                let (send, receive) = atomic_waker::oneshot::channel();
                let other = thread::spawn(move || send.send(()).unwrap());
                receive.await.unwrap();
                other.join().unwrap();
            }
        });
    });
}

/// mio #935: two events are in hand. The task of the first drops the source of the second,
/// and registers another one: the second event must not reach that.
#[test]
fn mio_935_an_event_in_hand_of_a_source_that_is_gone() {
    OWN.holds(
        "two events, and the first takes the second's source away",
        || {
            let rt = runtime();
            let handle = rt.handle().driver::<IoHandle>().unwrap();
            let connections = rt.block_on(async { [connection().await, connection().await] });
            let [(a, mut to_a), (b, mut to_b)] = connections;
            let newcomer = TestWaker::new("newcomer");
            // Whichever comes first takes the other away.
            let sockets = Arc::new(Mutex::new([Some(a), Some(b)]));
            let news = Arc::new(Mutex::new(Vec::new()));
            let tasks = ["A", "B"].map(TestWaker::new);
            let _entered = rt.enter();
            for (index, task) in tasks.iter().enumerate() {
                let mut socket = sockets.lock().unwrap()[index].take().unwrap();
                assert!(poll_read(&mut socket, task).is_pending());
                sockets.lock().unwrap()[index] = Some(socket);
                let (sockets, news, newcomer) =
                    (Arc::clone(&sockets), Arc::clone(&news), newcomer.clone());
                task.on_wake(move || {
                    drop(sockets.lock().unwrap()[1 - index].take());
                    let new = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
                    new.set_nonblocking(true).unwrap();
                    let new = UdpSocket::from_std(new).unwrap();
                    let mut buffer = [0];
                    let polled = newcomer.poll(pin!(poll_fn(|cx| new.poll_recv(cx, &mut buffer))));
                    assert!(polled.is_pending());
                    news.lock().unwrap().push(new);
                });
            }
            to_a.write_all(b"x").unwrap();
            to_b.write_all(b"x").unwrap();
            turn_until(&handle, || tasks.iter().any(|task| task.wakes() > 0));
            for _ in 0..10 {
                handle.turn();
            }
            OWN.check_eq("wakes of the newcomer", newcomer.wakes(), 0);
            drop(std::mem::take(&mut *news.lock().unwrap()));
        },
    );
}

/// tokio #3477: the waker that waits for a source owns the source. Neither is ever freed.
#[test]
fn tokio_3477_a_waker_that_owns_its_source() {
    KEPT.holds("a task that is shut down while it reads", || {
        let (counter, seen) = testkit::drop_counter("what the task has");
        let rt = runtime();
        let handle = rt.handle().driver::<IoHandle>().unwrap();
        let theirs = rt.block_on(async {
            let (mut ours, theirs) = connection().await;
            let token = counter;
            drop(spawn(async move {
                let _token = token;
                ours.read(&mut [0; 8]).await
            }));
            current_thread::yield_now().await;
            theirs
        });
        drop(rt);
        seen.dropped_once(KEPT);
        KEPT.check_eq("sources", count_sources(&handle), 0);
        drop(theirs);
    });
}

/// The same without a task: the future is kept by its own waker, and no runtime shuts it down. Then the
/// shutdown of the driver takes the waker away.
#[test]
fn a_shutdown_forgets_all_wakers() {
    SHUTDOWN.holds("two tasks that no runtime knows", || {
        let rt = runtime();
        let (mut ours, theirs) = rt.block_on(connection());
        let [reader, writer] = ["reader", "writer"].map(TestWaker::new);
        assert!(poll_read(&mut ours, &reader).is_pending());
        let ours = Arc::new(ours);
        let mut waits = {
            let ours = Arc::clone(&ours);
            Box::pin(async move { ours.readable().await })
        };
        assert!(writer.poll(waits.as_mut()).is_pending());
        drop(rt);
        SHUTDOWN.check_eq("wakes", (reader.wakes(), writer.wakes()), (1, 1));
        reader.none_held(SHUTDOWN);
        writer.none_held(SHUTDOWN);
        let ended = writer.poll(waits.as_mut());
        SHUTDOWN.check_eq("the error says so", ends_with_shutdown(&ended), true);
        drop((waits, theirs));
    });
}

/// tokio #2903: a wait that begins after the driver is gone slept for ever.
#[test]
fn tokio_2903_sources_after_the_end() {
    SHUTDOWN.holds("a socket that outlives its runtime", || {
        let rt = runtime();
        let (mut ours, mut theirs) = rt.block_on(connection());
        let handle = rt.handle().clone();
        drop(rt);
        theirs.write_all(b"hello").unwrap();
        let task = TestWaker::new("task");
        let ended = poll_read(&mut ours, &task);
        SHUTDOWN.check_eq("the error says so", ends_with_shutdown(&ended), true);
        task.none_held(SHUTDOWN);
        // A source that comes now is refused, and the system is not asked to watch it.
        let _entered = handle.enter();
        let new = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
        SHUTDOWN.check_eq("a new source", UdpSocket::from_std(new).is_err(), true);
    });
}

/// tokio #2061 and others, the driver's part: an event comes while the runtime shuts down, and
/// the drop of a task waits for a source.
#[test]
fn tokio_2061_events_while_the_runtime_shuts_down() {
    SHUTDOWN.holds("a task whose drop reads", || {
        struct Reads(TcpStream, StdStream, mpsc::Sender<bool>);
        impl Drop for Reads {
            fn drop(&mut self) {
                self.1.write_all(b"hello").unwrap();
                let task = TestWaker::new("drop");
                let polled = poll_read(&mut self.0, &task);
                let _ = self.2.send(polled.is_ready() || task.held() == 1);
            }
        }
        let (send, receive) = mpsc::channel();
        let rt = runtime();
        rt.block_on(async {
            for _ in 0..3 {
                let (ours, theirs) = connection().await;
                let reads = Reads(ours, theirs, send.clone());
                drop(spawn(async move {
                    let reads = reads;
                    std::future::pending::<()>().await;
                    drop(reads);
                }));
            }
            current_thread::yield_now().await;
        });
        drop((rt, send));
        SHUTDOWN.check_eq("drops", receive.iter().filter(|done| *done).count(), 3);
    });
}

/// Whether an operation failed since its driver is gone, and for no other reason.
fn ends_with_shutdown<T>(ended: &Poll<std::io::Result<T>>) -> bool {
    matches!(ended, Poll::Ready(Err(error)) if is_shut_down_error(error))
}

/// The turn is another thread's when the driver is shut down: that thread frees what is left.
#[test]
fn a_shutdown_while_another_thread_turns() {
    SHUTDOWN.holds("drops and turns at once", || {
        for _ in 0..50 {
            let rt = runtime();
            let handle = rt.handle().driver::<IoHandle>().unwrap();
            let (ours, mut theirs) = rt.block_on(connection());
            let turns = handle.clone();
            let other = thread::spawn(move || while turns.turn() {});
            theirs.write_all(b"x").unwrap();
            drop(rt);
            other.join().unwrap();
            drop(ours);
            SHUTDOWN.check_eq("kept", count_released(&handle), 0);
        }
    });
}

/// An unpark that came while the owner was awake ends the next sleep.
#[test]
fn an_unpark_is_kept() {
    IDLE.holds("an unpark before the sleep", || {
        let mut park = IoPark::new(ThreadPark::new());
        let unpark = park.unparker();
        unpark.unpark();
        park.park();
        unpark.unpark();
        unpark.unpark();
        park.park_timeout(Duration::ZERO);
        // That has used it up: this one waits for its time.
        park.park_timeout(Duration::from_millis(1));
    });
}

#[test]
#[should_panic(expected = "there is no reactor running")]
fn a_socket_needs_a_runtime() {
    let socket = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let _ = UdpSocket::from_std(socket);
}

#[test]
#[should_panic(expected = "IO is disabled")]
fn a_socket_needs_a_driver() {
    let socket = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let rt = Runtime::new();
    let _entered = rt.enter();
    let _ = UdpSocket::from_std(socket);
}

#[test]
fn a_stream_that_is_always_ready_gives_way() {
    GIVES_WAY.holds("a task that reads without end", || {
        block_on(async {
            let (mut ours, mut theirs) = connection().await;
            theirs.write_all(&[0; 2000]).unwrap();
            let stop = Arc::new(std::sync::atomic::AtomicBool::new(false));
            let seen = Arc::clone(&stop);
            let reader = spawn(async move {
                let mut reads = 0;
                while !seen.load(Relaxed) {
                    ours.read_exact(&mut [0]).await.unwrap();
                    reads += 1;
                }
                reads
            });
            let stopper = spawn(async move { stop.store(true, Relaxed) });
            stopper.await.unwrap();
            let reads = reader.await.unwrap();
            // A budget of 128, and the one that waited for its turn.
            GIVES_WAY.check_eq("reads before the next task's turn", reads, 129);
        });
    });
}

/// A park whose sleeps are short ones, and are measured: as many as are asked for. After that it sends a
/// datagram to itself, and sleeps until that comes.
#[cfg(target_os = "linux")]
struct Measured {
    below: IoPark,
    asked: Vec<Duration>,
    took: Arc<Mutex<Vec<Duration>>>,
    end: (std::net::UdpSocket, std::net::SocketAddr),
}

#[cfg(target_os = "linux")]
impl Park for Measured {
    type Unpark = IoHandle;

    fn unparker(&self) -> IoHandle {
        self.below.unparker()
    }

    fn park(&mut self) {
        for asked in std::mem::take(&mut self.asked) {
            let begin = Instant::now();
            self.below.park_timeout(asked);
            self.took.lock().unwrap().push(begin.elapsed());
        }
        self.end.0.send_to(b"the end", self.end.1).unwrap();
        self.below.park();
    }

    fn park_timeout(&mut self, timeout: Duration) {
        self.below.park_timeout(timeout);
    }

    fn shutdown(&mut self) {
        self.below.shutdown();
    }
}

/// epoll counts in milliseconds. If the driver did, a timer of chapter 9 would be late by one more.
#[test]
#[cfg(target_os = "linux")]
fn a_sleep_is_as_long_as_was_asked() {
    const EXACT: Rule = CHAPTER
        .rule("A sleep ends when its time is over: not before, and not a millisecond later.");
    const SLEEPS: usize = 400;
    EXACT.holds("sleeps of parts of milliseconds", || {
        for asked in [200, 1_200].map(Duration::from_micros) {
            let theirs = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
            let ours = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
            ours.set_nonblocking(true).unwrap();
            let took = Arc::new(Mutex::new(Vec::new()));
            let rt = Runtime::with_park(Measured {
                below: IoPark::new(ThreadPark::new()),
                asked: vec![asked; SLEEPS],
                took: Arc::clone(&took),
                end: (theirs, ours.local_addr().unwrap()),
            });
            rt.block_on(async {
                let ours = UdpSocket::from_std(ours).unwrap();
                ours.recv(&mut [0; 16]).await.unwrap();
            });
            // The first report, that there is room, ends one of the sleeps. The machine may be busy, so of the
            // others the shortest counts, and there are many.
            let took = took.lock().unwrap();
            EXACT.check_eq("sleeps", took.len(), SLEEPS);
            let early = took.iter().filter(|took| **took < asked).count();
            EXACT.check(
                early <= 1,
                format!("{early} sleeps of {asked:?} were shorter"),
            );
            let shortest = took.iter().filter(|took| asked <= **took).min().unwrap();
            let most = asked + Duration::from_micros(600);
            EXACT.check(
                *shortest < most,
                format!("{shortest:?} in place of {asked:?}"),
            );
        }
    });
}
