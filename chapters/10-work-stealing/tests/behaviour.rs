//! One suite of behaviours, on one thread and on pools of 1, 2 and 4 workers.

#![cfg(not(loom))]

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use testkit::{Exercise, Rule, drop_counter};
use work_stealing::{JoinHandle, Options, yield_now};

const CHAPTER: Exercise = Exercise::chapter("10", "work-stealing/index.md");

const RUNS: Rule =
    CHAPTER.rule("A task that is spawned runs, from wherever it is spawned and woken.");
const ENDS: Rule = CHAPTER.rule("At the end every future is dropped once, within the runtime.");
const FAIR: Rule = CHAPTER.rule("No task waits for ever, whatever the others do.");
const FREE: Rule =
    CHAPTER.rule("A long poll on one worker delays no task that another one can run.");
const BLOCKS: Rule = CHAPTER.rule("A task that blocks in place gives its worker's tasks away.");

/// As much of a runtime as these tests need.
trait Flavor: Sized + Send + Sync + 'static {
    const NAME: &'static str;
    type Handle: Clone + Send + Sync + 'static;

    fn start() -> Self;
    fn handle(&self) -> Self::Handle;
    fn block_on<F: Future>(&self, future: F) -> F::Output;
    fn spawn_on<F>(handle: &Self::Handle, future: F) -> JoinHandle<F::Output>
    where
        F: Future<Output: Send + 'static> + Send + 'static;
    fn spawn<F>(future: F) -> JoinHandle<F::Output>
    where
        F: Future<Output: Send + 'static> + Send + 'static;
}

struct OneThread(current_thread::Runtime);

impl Flavor for OneThread {
    const NAME: &'static str = "one thread";
    type Handle = current_thread::Handle;

    fn start() -> OneThread {
        OneThread(current_thread::Runtime::new())
    }
    fn handle(&self) -> current_thread::Handle {
        self.0.handle().clone()
    }
    fn block_on<F: Future>(&self, future: F) -> F::Output {
        self.0.block_on(future)
    }
    fn spawn_on<F>(handle: &Self::Handle, future: F) -> JoinHandle<F::Output>
    where
        F: Future<Output: Send + 'static> + Send + 'static,
    {
        handle.spawn(future)
    }
    fn spawn<F>(future: F) -> JoinHandle<F::Output>
    where
        F: Future<Output: Send + 'static> + Send + 'static,
    {
        current_thread::spawn(future)
    }
}

struct Pool<const WORKERS: usize>(work_stealing::Runtime);

impl<const WORKERS: usize> Flavor for Pool<WORKERS> {
    const NAME: &'static str = match WORKERS {
        1 => "a pool of one",
        2 => "a pool of two",
        _ => "a pool of four",
    };
    type Handle = work_stealing::Handle;

    fn start() -> Self {
        Pool(work_stealing::Runtime::new(WORKERS).unwrap())
    }
    fn handle(&self) -> work_stealing::Handle {
        self.0.handle().clone()
    }
    fn block_on<F: Future>(&self, future: F) -> F::Output {
        self.0.block_on(future)
    }
    fn spawn_on<F>(handle: &Self::Handle, future: F) -> JoinHandle<F::Output>
    where
        F: Future<Output: Send + 'static> + Send + 'static,
    {
        handle.spawn(future)
    }
    fn spawn<F>(future: F) -> JoinHandle<F::Output>
    where
        F: Future<Output: Send + 'static> + Send + 'static,
    {
        work_stealing::spawn(future)
    }
}

/// Each behaviour is a test for each flavor.
macro_rules! behaviours {
    ($($name:ident($rule:ident);)*) => {
        $(mod $name {
            use super::*;
            #[test]
            fn on_one_thread() {
                $rule.holds(OneThread::NAME, super::behaviour::$name::<OneThread>);
            }
            #[test]
            fn on_a_pool_of_1() {
                $rule.holds(Pool::<1>::NAME, super::behaviour::$name::<Pool<1>>);
            }
            #[test]
            fn on_a_pool_of_2() {
                $rule.holds(Pool::<2>::NAME, super::behaviour::$name::<Pool<2>>);
            }
            #[test]
            fn on_a_pool_of_4() {
                $rule.holds(Pool::<4>::NAME, super::behaviour::$name::<Pool<4>>);
            }
        })*
    };
}

behaviours! {
    outputs_come_back(RUNS);
    spawned_from_outside(RUNS);
    woken_from_outside(RUNS);
    a_chain_of_spawns(RUNS);
    more_than_a_queue_holds(RUNS);
    panics_are_told(RUNS);
    aborted_from_outside(RUNS);
    yields_let_all_others_go(FAIR);
    two_that_wake_each_other_starve_no_one(FAIR);
    pending_futures_are_dropped_at_the_end(ENDS);
    drops_at_the_end_are_in_the_runtime(ENDS);
    wakes_and_spawns_during_the_end(ENDS);
    a_root_that_panics(RUNS);
    many_roots_at_once(RUNS);
}

mod behaviour {
    use super::*;

    const N: usize = if cfg!(miri) { 20 } else { 1000 };

    pub fn outputs_come_back<F: Flavor>() {
        let rt = F::start();
        let sum = rt.block_on(async {
            let tasks: Vec<_> = (0..N).map(|i| F::spawn(async move { i })).collect();
            let mut sum = 0;
            for task in tasks {
                sum += task.await.unwrap();
            }
            sum
        });
        assert_eq!(sum, N * (N - 1) / 2);
    }

    pub fn spawned_from_outside<F: Flavor>() {
        let rt = F::start();
        let threads: Vec<_> = (0..4)
            .map(|_| {
                let handle = rt.handle();
                thread::spawn(move || -> Vec<JoinHandle<usize>> {
                    (0..N / 4)
                        .map(|i| F::spawn_on(&handle, async move { i }))
                        .collect()
                })
            })
            .collect();
        rt.block_on(async {
            for thread in threads {
                for (i, task) in thread.join().unwrap().into_iter().enumerate() {
                    assert_eq!(task.await.unwrap(), i);
                }
            }
        });
    }

    /// Each round is one wake of a runtime that sleeps, or is about to.
    pub fn woken_from_outside<F: Flavor>() {
        let rt = F::start();
        let (to_task, mut from_thread) = futures::channel::mpsc::unbounded::<usize>();
        let (to_thread, from_task) = mpsc::channel();
        let task = F::spawn_on(&rt.handle(), async move {
            use futures::StreamExt;
            while let Some(i) = from_thread.next().await {
                to_thread.send(i).unwrap();
            }
        });
        let other = thread::spawn(move || {
            for i in 0..N {
                to_task.unbounded_send(i).unwrap();
                assert_eq!(from_task.recv().unwrap(), i);
            }
        });
        rt.block_on(task).unwrap();
        other.join().unwrap();
    }

    pub fn a_chain_of_spawns<F: Flavor>() {
        fn link<F: Flavor>(left: usize, done: mpsc::Sender<()>) {
            match left {
                0 => done.send(()).unwrap(),
                _ => drop(F::spawn(async move { link::<F>(left - 1, done) })),
            }
        }
        let rt = F::start();
        let (done, is_done) = mpsc::channel();
        rt.block_on(async {
            link::<F>(N, done);
            while is_done.try_recv().is_err() {
                yield_now().await;
            }
        });
    }

    /// So that queues overflow, several times.
    pub fn more_than_a_queue_holds<F: Flavor>() {
        let n = if cfg!(miri) { 300 } else { 20_000 };
        let rt = F::start();
        let count = Arc::new(AtomicUsize::new(0));
        let counter = count.clone();
        let spawner = F::spawn_on(&rt.handle(), async move {
            let tasks: Vec<_> = (0..n)
                .map(|_| {
                    let count = counter.clone();
                    F::spawn(async move { count.fetch_add(1, SeqCst) })
                })
                .collect();
            for task in tasks {
                task.await.unwrap();
            }
        });
        rt.block_on(spawner).unwrap();
        assert_eq!(count.load(SeqCst), n);
    }

    pub fn panics_are_told<F: Flavor>() {
        let rt = F::start();
        let error = rt.block_on(async {
            let task = F::spawn(async {
                if true {
                    std::panic::resume_unwind(Box::new("expected"));
                }
            });
            task.await.unwrap_err()
        });
        assert!(error.is_panic());
        rt.block_on(async { F::spawn(async {}).await.unwrap() });
    }

    pub fn aborted_from_outside<F: Flavor>() {
        let rt = F::start();
        let (token, drops) = drop_counter("the future");
        let task = F::spawn_on(&rt.handle(), async move {
            let _token = token;
            std::future::pending::<()>().await;
        });
        let abort = task.abort_handle();
        thread::spawn(move || abort.abort()).join().unwrap();
        assert!(rt.block_on(task).unwrap_err().is_cancelled());
        drops.dropped_once(RUNS);
    }

    pub fn yields_let_all_others_go<F: Flavor>() {
        let rt = F::start();
        let stop = Arc::new(AtomicBool::new(false));
        rt.block_on(async {
            let forever: Vec<_> = (0..8)
                .map(|_| {
                    let stop = stop.clone();
                    F::spawn(async move {
                        while !stop.load(SeqCst) {
                            yield_now().await;
                        }
                    })
                })
                .collect();
            for _ in 0..N / 10 {
                F::spawn(async {}).await.unwrap();
            }
            stop.store(true, SeqCst);
            for task in forever {
                task.await.unwrap();
            }
        });
    }

    /// tokio-rs/tokio#5686: two tasks that wake each other, and nothing else was polled.
    pub fn two_that_wake_each_other_starve_no_one<F: Flavor>() {
        use futures::StreamExt;
        let rt = F::start();
        let (to_pong, mut from_ping) = futures::channel::mpsc::unbounded::<()>();
        let (to_ping, mut from_pong) = futures::channel::mpsc::unbounded::<()>();
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = stop.clone();
        let handle = rt.handle();
        let pong = F::spawn_on(&handle, async move {
            while from_ping.next().await.is_some() && to_ping.unbounded_send(()).is_ok() {}
        });
        let ping = F::spawn_on(&handle, async move {
            while !stopped.load(SeqCst) {
                to_pong.unbounded_send(()).unwrap();
                from_pong.next().await;
            }
        });
        let third = F::spawn_on(&handle, async move {
            for _ in 0..N / 10 {
                yield_now().await;
            }
            stop.store(true, SeqCst);
        });
        rt.block_on(async {
            third.await.unwrap();
            ping.await.unwrap();
            pong.await.unwrap();
        });
    }

    pub fn pending_futures_are_dropped_at_the_end<F: Flavor>() {
        let rt = F::start();
        let handle = rt.handle();
        let (tasks, drops): (Vec<_>, Vec<_>) = (0..N / 4)
            .map(|i| {
                let (token, drops) = drop_counter("a future");
                let task = F::spawn_on(&handle, async move {
                    let _token = token;
                    if i % 2 == 0 {
                        yield_now().await;
                    }
                    std::future::pending::<()>().await;
                });
                (task, drops)
            })
            .unzip();
        rt.block_on(yield_now());
        drop(rt);
        for drops in drops {
            drops.dropped_once(ENDS);
        }
        for task in tasks {
            assert!(
                futures::executor::block_on(task)
                    .unwrap_err()
                    .is_cancelled()
            );
        }
        let late = F::spawn_on(&handle, async {});
        assert!(
            futures::executor::block_on(late)
                .unwrap_err()
                .is_cancelled()
        );
    }

    /// tokio-rs/tokio#4213.
    pub fn drops_at_the_end_are_in_the_runtime<F: Flavor>() {
        struct Asks(mpsc::Sender<bool>);
        impl Drop for Asks {
            fn drop(&mut self) {
                self.0.send(harness::context::is_entered()).unwrap();
            }
        }
        let rt = F::start();
        let (told, tells) = mpsc::channel();
        for _ in 0..8 {
            let asks = Asks(told.clone());
            drop(F::spawn_on(&rt.handle(), async move {
                let _asks = asks;
                std::future::pending::<()>().await;
            }));
        }
        drop(told);
        rt.block_on(async {});
        drop(rt);
        let answers: Vec<_> = tells.iter().collect();
        assert_eq!(
            answers, [true; 8],
            "a future was dropped outside of the runtime"
        );
    }

    /// tokio-rs/tokio#1972, #3869: a drop that wakes, spawns, and takes a lock.
    pub fn wakes_and_spawns_during_the_end<F: Flavor>() {
        struct Busy<F: Flavor> {
            handle: F::Handle,
            waker: Arc<std::sync::Mutex<Option<std::task::Waker>>>,
        }
        impl<F: Flavor> Drop for Busy<F> {
            fn drop(&mut self) {
                let waker = self.waker.lock().unwrap();
                if let Some(waker) = &*waker {
                    waker.wake_by_ref();
                }
                drop(F::spawn_on(&self.handle, async {}));
            }
        }
        let rt = F::start();
        let waker = Arc::new(std::sync::Mutex::new(None));
        for _ in 0..16 {
            let busy = Busy::<F> {
                handle: rt.handle(),
                waker: waker.clone(),
            };
            drop(F::spawn_on(&rt.handle(), async move {
                std::future::poll_fn(|cx| {
                    *busy.waker.lock().unwrap() = Some(cx.waker().clone());
                    std::task::Poll::<()>::Pending
                })
                .await;
            }));
        }
        rt.block_on(yield_now());
        drop(rt);
        waker.lock().unwrap().take();
    }

    pub fn a_root_that_panics<F: Flavor>() {
        let rt = F::start();
        let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            rt.block_on(async {
                yield_now().await;
                std::panic::resume_unwind(Box::new("expected"));
            });
        }));
        assert!(panicked.is_err());
        assert_eq!(
            rt.block_on(async { F::spawn(async { 7 }).await.unwrap() }),
            7
        );
    }

    pub fn many_roots_at_once<F: Flavor>() {
        let rt = F::start();
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for i in 0..N / 10 {
                        assert_eq!(
                            rt.block_on(async { F::spawn(async move { i }).await.unwrap() }),
                            i
                        );
                    }
                });
            }
        });
    }
}

/// A task behind a poll that never ends, and one that is spawned by it, and one that yielded before it.
#[test]
fn a_poll_that_goes_on_and_on_strands_no_task() {
    FREE.holds(
        "two workers, one of them in a poll until the others are done",
        || {
            for _ in 0..20 {
                let rt = work_stealing::Runtime::new(2).unwrap();
                let (done, is_done) = mpsc::channel();
                let long = rt.spawn(async move {
                    let before = done.clone();
                    drop(work_stealing::spawn(async move {
                        yield_now().await;
                        before.send("the one that yields").unwrap();
                    }));
                    yield_now().await;
                    drop(work_stealing::spawn(async move {
                        done.send("the one behind").unwrap()
                    }));
                    let told: Vec<_> = is_done.iter().take(2).collect();
                    told.len()
                });
                assert_eq!(rt.block_on(long).unwrap(), 2);
            }
        },
    );
}

/// Both workers are woken for their own work, and a third one that is parked is not needed.
#[test]
fn work_is_shared_where_polls_are_long() {
    FREE.holds("polls that wait for each other", || {
        let rt = work_stealing::Runtime::new(4).unwrap();
        let barrier = Arc::new(std::sync::Barrier::new(4));
        let outer = rt.spawn(async move {
            let tasks: Vec<_> = (0..4)
                .map(|_| {
                    let barrier = barrier.clone();
                    work_stealing::spawn(async move {
                        barrier.wait();
                    })
                })
                .collect();
            for task in tasks {
                task.await.unwrap();
            }
        });
        rt.block_on(outer).unwrap();
    });
}

#[test]
fn blocking_in_place_gives_the_worker_away() {
    BLOCKS.holds(
        "one worker, and a task that waits in place for another one",
        || {
            let rt = work_stealing::Runtime::new(1).unwrap();
            for _ in 0..50 {
                let (sender, receiver) = mpsc::channel();
                let task = rt.spawn(async move {
                    drop(work_stealing::spawn(async move { sender.send(1).unwrap() }));
                    work_stealing::block_in_place(|| receiver.recv().unwrap())
                });
                assert_eq!(rt.block_on(task).unwrap(), 1);
            }
        },
    );
}

/// tokio-rs/tokio#5239: in place, a `block_on`, and in place again.
#[test]
fn nested_in_place_with_block_on_between() {
    BLOCKS.holds("nested calls", || {
        let rt = work_stealing::Runtime::new(1).unwrap();
        let handle = rt.handle().clone();
        let task = rt.spawn(async move {
            work_stealing::block_in_place(|| {
                handle.block_on(async {
                    work_stealing::block_in_place(|| ());
                    work_stealing::spawn(async { 3 }).await.unwrap()
                })
            })
        });
        assert_eq!(rt.block_on(task).unwrap(), 3);
        let root = rt.block_on(async {
            work_stealing::block_in_place(|| work_stealing::block_in_place(|| 4))
        });
        assert_eq!(root, 4);
        assert_eq!(work_stealing::block_in_place(|| 5), 5);
    });
}

/// tokio-rs/tokio#7879: what was deferred is not left behind on the thread.
#[test]
fn what_is_deferred_goes_before_in_place() {
    BLOCKS.holds("a waker that is deferred", || {
        let rt = work_stealing::Runtime::new(1).unwrap();
        let (sender, receiver) = mpsc::channel();
        let waits = rt.spawn(async move {
            // A combinator has a waker of its own, which is no task's.
            futures::future::join_all([async {
                yield_now().await;
                sender.send(()).unwrap();
            }])
            .await;
        });
        let blocks =
            rt.spawn(async move { work_stealing::block_in_place(|| receiver.recv().unwrap()) });
        rt.block_on(async {
            waits.await.unwrap();
            blocks.await.unwrap();
        });
    });
}

#[test]
fn a_closure_that_panics_in_place() {
    BLOCKS.holds("a panic in place", || {
        let rt = work_stealing::Runtime::new(1).unwrap();
        let task = rt.spawn(async {
            work_stealing::block_in_place(|| std::panic::resume_unwind(Box::new("expected")));
        });
        assert!(rt.block_on(task).unwrap_err().is_panic());
        assert_eq!(
            rt.block_on(async { work_stealing::spawn(async { 7 }).await.unwrap() }),
            7
        );
    });
}

#[test]
fn on_one_thread_there_is_no_other_place() {
    BLOCKS.holds("in place on one thread", || {
        let rt = current_thread::Runtime::new();
        let panicked = std::panic::catch_unwind(|| {
            rt.block_on(async { work_stealing::block_in_place(|| ()) });
        });
        let payload = panicked.unwrap_err();
        let text = payload.downcast_ref::<&str>().copied().unwrap_or_default();
        assert!(text.contains("multi-threaded"), "it says: {text}");
    });
}

/// The system has no more threads: the closure runs where it is.
#[test]
fn in_place_without_a_thread_to_spare() {
    BLOCKS.holds("a start that fails", || {
        let started = AtomicUsize::new(0);
        let mut options = Options::new(1);
        let start = options.start;
        options.start = Box::new(move |main| match started.fetch_add(1, SeqCst) {
            0 => start(main),
            _ => Err(std::io::ErrorKind::WouldBlock.into()),
        });
        let rt =
            work_stealing::Runtime::with_park(options, current_thread::ThreadPark::new()).unwrap();
        let task = rt.spawn(async { work_stealing::block_in_place(|| 1) });
        assert_eq!(rt.block_on(task).unwrap(), 1);
        assert_eq!(rt.block_on(rt.spawn(async { 2 })).unwrap(), 2);
    });
}

/// The first thread that cannot be started ends those before it.
#[test]
fn a_pool_that_cannot_be_started() {
    ENDS.holds("a start that fails", || {
        for good in 0..3 {
            let started = AtomicUsize::new(0);
            let mut options = Options::new(3);
            let start = options.start;
            options.start = Box::new(move |main| match started.fetch_add(1, SeqCst) {
                n if n < good => start(main),
                _ => Err(std::io::ErrorKind::WouldBlock.into()),
            });
            let rt = work_stealing::Runtime::with_park(options, current_thread::ThreadPark::new());
            assert_eq!(rt.unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
        }
    });
}

#[test]
fn dropped_in_async_code() {
    ENDS.holds("a drop where the thread may not block", || {
        let outer = work_stealing::Runtime::new(1).unwrap();
        let inner = work_stealing::Runtime::new(1).unwrap();
        let (token, drops) = drop_counter("a future of the inner one");
        let task = inner.spawn(async move {
            let _token = token;
            std::future::pending::<()>().await;
        });
        let error = outer
            .block_on(outer.spawn(async move { drop(inner) }))
            .unwrap_err();
        assert!(
            error.to_string().contains("Cannot drop a runtime"),
            "it says: {error}"
        );
        // It ends in the background.
        assert!(
            futures::executor::block_on(task)
                .unwrap_err()
                .is_cancelled()
        );
        drops.dropped_once(ENDS);
        let background = work_stealing::Runtime::new(2).unwrap();
        let task = background.spawn(std::future::pending::<()>());
        outer.block_on(async move { background.shutdown_background() });
        assert!(
            futures::executor::block_on(task)
                .unwrap_err()
                .is_cancelled()
        );
    });
}

#[test]
fn the_end_does_not_wait_longer_than_it_is_told() {
    ENDS.holds("a poll that goes on after the end", || {
        let rt = work_stealing::Runtime::new(2).unwrap();
        let (go_on, goes_on) = mpsc::channel::<()>();
        let (began, begins) = mpsc::channel();
        let task = rt.spawn(async move {
            began.send(()).unwrap();
            let _ = goes_on.recv();
            std::future::pending::<()>().await;
        });
        begins.recv().unwrap();
        rt.shutdown_timeout(Duration::from_millis(1));
        assert!(!task.is_finished(), "it is in its poll");
        drop(go_on);
        assert!(
            futures::executor::block_on(task)
                .unwrap_err()
                .is_cancelled()
        );
    });
}

/// An idle pool wakes no thread: what its threads use of the processor stands still.
#[test]
#[cfg(all(target_os = "linux", not(miri)))]
fn an_idle_pool_sleeps() {
    FREE.holds(
        "switches of the threads of a pool that has nothing to do",
        || {
            let rt = work_stealing::Runtime::new(4).unwrap();
            rt.block_on(async {
                for _ in 0..100 {
                    work_stealing::spawn(async {}).await.unwrap();
                }
            });
            let switches = || -> u64 {
                std::fs::read_dir("/proc/self/task")
                    .unwrap()
                    .filter_map(|task| {
                        let task = task.ok()?.path();
                        let name = std::fs::read_to_string(task.join("comm")).ok()?;
                        let status = std::fs::read_to_string(task.join("status")).ok()?;
                        let switches = status.lines().find_map(|line| {
                            line.strip_prefix("voluntary_ctxt_switches:")?
                                .trim()
                                .parse::<u64>()
                                .ok()
                        })?;
                        (name.trim() == "reveille-worker").then_some(switches)
                    })
                    .sum()
            };
            // Others of this program's tests have pools too: some second without a switch is enough.
            let is_quiet = (0..60).any(|_| {
                let before = switches();
                thread::sleep(Duration::from_millis(300));
                before == switches()
            });
            assert!(
                is_quiet,
                "its threads wake up though there is nothing to do"
            );
        },
    );
}
