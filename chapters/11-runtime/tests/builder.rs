//! What a builder enables, and what its runtime then does.

use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use reveille::io::{AsyncReadExt, AsyncWriteExt};
use reveille::net::{TcpListener, TcpStream};
use reveille::runtime::{Builder, Handle, Runtime, RuntimeFlavor};
use reveille::time::{Instant, sleep, timeout};
use testkit::{Exercise, Rule};

const EX: Exercise = Exercise::new("11", "runtime/index.md");

const DISABLED: Rule =
    EX.rule("A driver that was not enabled is missed with a message that says how.");
const ENABLED: Rule = EX.rule("What was enabled works, on its own and with the others.");
const PAUSED: Rule = EX.rule("A paused clock moves to the next timer when all tasks wait.");
const ENDS: Rule = EX.rule("The end of a runtime drops each future once, within its context.");

fn runtime(builder: &mut Builder) -> Runtime {
    builder.build().expect("nothing is asked of the system")
}

#[test]
fn a_driver_that_was_not_enabled_is_missed() {
    EX.within("using drivers that are not there", || {
        let bare = runtime(&mut Builder::new_current_thread());
        let said = DISABLED.panics(
            || bare.block_on(async { sleep(Duration::from_millis(1)).await }),
            "a sleep without timers did not panic",
        );
        DISABLED.check(said.contains("Call `enable_time`"), &said);
        let said = DISABLED.panics(
            || bare.block_on(TcpListener::bind("127.0.0.1:0")),
            "a socket without io did not panic",
        );
        DISABLED.check(said.contains("Call `enable_io`"), &said);

        let only_io = runtime(Builder::new_current_thread().enable_io());
        only_io.block_on(async {
            let bound = TcpListener::bind("127.0.0.1:0").await;
            ENABLED.check(bound.is_ok(), "a listener cannot be bound");
        });
        let said = DISABLED.panics(
            || only_io.block_on(async { sleep(Duration::from_millis(1)).await }),
            "a sleep without timers did not panic",
        );
        DISABLED.check(said.contains("Call `enable_time`"), &said);
        let said = DISABLED.panics(
            || Builder::new_current_thread().start_paused(true).build(),
            "a paused clock without timers did not panic",
        );
        DISABLED.check(said.contains("Call `enable_time`"), &said);
    });
}

#[test]
fn sockets_and_timers_share_the_sleep_of_one_thread() {
    EX.within("an echo, and a time-out", || {
        runtime(Builder::new_current_thread().enable_all()).block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
            let address = listener.local_addr().expect("it is bound");
            let server = reveille::spawn(async move {
                let (mut stream, _) = listener.accept().await?;
                let mut buffer = [0; 4];
                stream.read_exact(&mut buffer).await?;
                stream.write_all(&buffer).await?;
                // Nothing more comes from here, and the client's next read has to time out.
                pending::<std::io::Result<()>>().await
            });
            let mut stream = TcpStream::connect(address).await.expect("it listens");
            stream.write_all(b"ping").await.expect("there is room");
            let mut buffer = [0; 4];
            stream.read_exact(&mut buffer).await.expect("the echo");
            ENABLED.check_eq("the echo", &buffer, b"ping");
            let silence = timeout(Duration::from_millis(5), stream.read(&mut buffer)).await;
            ENABLED.check(silence.is_err(), "the peer was silent, and the read ended");
            server.abort();
            ENABLED.check(server.await.unwrap_err().is_cancelled(), "it was aborted");
        });
    });
}

/// The future never waits, and uses up its budget in each poll. Its time is over all the same.
#[test]
fn a_timeout_of_a_future_that_never_waits() {
    EX.within("a read of nothing, again and again", || {
        runtime(Builder::new_current_thread().enable_all()).block_on(async {
            let reads = timeout(Duration::from_millis(1), async {
                loop {
                    let _ = reveille::io::empty().read(&mut [0; 1]).await;
                }
            });
            ENABLED.check(reads.await.is_err(), "a loop without an end has ended");
        });
    });
}

#[test]
fn an_hour_passes_at_once_on_a_paused_clock() {
    EX.within("sleeping for an hour", || {
        let paused = runtime(
            Builder::new_current_thread()
                .enable_all()
                .start_paused(true),
        );
        let slept = paused.block_on(async {
            let begin = Instant::now();
            sleep(Duration::from_secs(3600)).await;
            begin.elapsed()
        });
        PAUSED.check_eq("the time that passed", slept, Duration::from_secs(3600));
    });
}

#[test]
fn handles_know_their_runtime() {
    EX.within("asking for the handle", || {
        DISABLED.check(Handle::try_current().is_err(), "there is no runtime here");
        let bare = runtime(&mut Builder::new_current_thread());
        ENABLED.check_eq(
            "the flavor",
            bare.handle().runtime_flavor(),
            RuntimeFlavor::CurrentThread,
        );
        let guard = bare.enter();
        let join = Handle::current().spawn(async { 42 });
        drop(guard);
        DISABLED.check(Handle::try_current().is_err(), "the guard is gone");
        ENABLED.check_eq("the output", bare.block_on(join).ok(), Some(42));
    });
}

#[test]
fn the_end_drops_futures_in_context() {
    struct SpawnsWhenDropped(Arc<AtomicU32>);
    impl Drop for SpawnsWhenDropped {
        fn drop(&mut self) {
            self.0.fetch_add(1, Relaxed);
            // Too late, and allowed: the task is dropped at once.
            drop(reveille::spawn(async {}));
        }
    }
    EX.within("ending a runtime with a task that waits", || {
        let drops = Arc::new(AtomicU32::new(0));
        let all = runtime(Builder::new_current_thread().enable_all());
        let guard = SpawnsWhenDropped(Arc::clone(&drops));
        let join = all.spawn(async move {
            let _guard = guard;
            sleep(Duration::from_secs(3600)).await;
        });
        all.block_on(reveille::task::yield_now());
        drop(all);
        ENDS.check_eq("drops of the future", drops.load(Relaxed), 1);
        ENDS.check(join.is_finished(), "its handle is told");
    });
}

#[test]
fn tasks_from_other_threads_come_when_they_are_looked_for() {
    fn polls_until_seen(interval: u32) -> u32 {
        let runtime = runtime(Builder::new_current_thread().global_queue_interval(interval));
        let handle = runtime.handle().clone();
        runtime.block_on(async move {
            let (sender, mut receiver) = reveille::sync::oneshot::channel();
            let polls = Arc::new(AtomicU32::new(0));
            // Two tasks that wake each other keep the queue from being empty.
            let busy: Vec<_> = (0..2)
                .map(|_| {
                    let polls = Arc::clone(&polls);
                    reveille::spawn(std::future::poll_fn(move |cx| {
                        polls.fetch_add(1, Relaxed);
                        cx.waker().wake_by_ref();
                        std::task::Poll::<()>::Pending
                    }))
                })
                .collect();
            reveille::task::yield_now().await;
            let counted = Arc::clone(&polls);
            let spawner = std::thread::spawn(move || {
                let seen = Arc::clone(&counted);
                handle.spawn(async move { sender.send(seen.load(Relaxed)) });
                counted.load(Relaxed)
            });
            let before = spawner.join().expect("it does not panic");
            let seen = loop {
                match receiver.try_recv() {
                    Ok(seen) => break seen,
                    Err(_) => reveille::task::yield_now().await,
                }
            };
            busy.iter().for_each(|task| task.abort());
            seen - before
        })
    }
    const INTERVALS: Rule = EX.rule("A thread looks for other tasks as often as the builder says.");
    EX.within("spawning from another thread", || {
        let (often, seldom) = (polls_until_seen(3), polls_until_seen(1000));
        INTERVALS.check(often <= 3 + 2, format!("{often} polls came before it"));
        INTERVALS.check(often < seldom, format!("{seldom} polls came before it"));
        for set in [Builder::event_interval, Builder::global_queue_interval] {
            let said = INTERVALS.panics(
                || drop(set(&mut Builder::new_current_thread(), 0).build()),
                "it would never look",
            );
            INTERVALS.check(said.contains("must be greater than 0"), &said);
        }
    });
}
