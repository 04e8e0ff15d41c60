//! Bugs that published runtimes had, in their schedulers.

#![cfg(not(loom))]
#![allow(
    clippy::async_yields_async,
    reason = "handles leave the block_on they were made in"
)]

mod parks;

use std::future::{Future, pending, poll_fn};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;

use current_thread::{
    Handle, JoinHandle, LocalRuntime, LocalSet, Park, Runtime, ThreadUnpark, Unpark, spawn,
    spawn_local, yield_now,
};
use harness::context;
use testkit::{Exercise, Rule, drop_counter, gate, yield_times};

use parks::CountingPark;

const CHAPTER: Exercise = Exercise::chapter("4", "current-thread/index.md");
const AT_HOME: Rule = CHAPTER
    .may_be("4.4 or 4.8")
    .rule("An abort from another thread drops the future at home.");
const EACH: Rule = CHAPTER.may_be("4.3 or 4.4").rule("Each task that was woken is polled, however many there are and whatever a combinator does with its waker.");
const WITH_CORE: Rule = CHAPTER
    .may_be("4.6")
    .rule("What was deferred goes with the core to the thread that drives next.");
const SET_TOLD: Rule = CHAPTER
    .may_be("4.4")
    .rule("A set tells the task that polls it of a wake, and no lock is held then.");
const DRIVER_IN: Rule = CHAPTER
    .may_be("4.5")
    .rule("Polls of the root count as those of tasks do: the driver has its turn.");
const SHUT_DOWN: Rule = CHAPTER.may_be("4.8").rule("A shutdown ends every task, in the context of its runtime, and a wake that comes meanwhile drops nothing.");

/// Most tests here are about the scheduler as a whole. These are about its rest.
const REST: Exercise = Exercise::new("4.5", "current-thread/rest.md");

const COSTS: Rule = REST.rule("Idle Costs Nothing: each turn of the loop has a cause.");
const AWAKE: Rule = REST.rule("The scheduler does not sleep with something left to do.");
const ROOT: Rule = REST.rule("The root is polled when it has been woken, and not otherwise.");
const LATER: Rule = REST.rule(
    "What the driver defers in its sleep is woken after a look at the driver, which is next.",
);

/// beul PR #1: `block_on` lost a wake that came during the poll itself.
#[test]
fn beul_1_a_root_that_wakes_itself() {
    REST.within("a root that wakes itself", || {
        let rt = Runtime::new();
        rt.block_on(yield_times(3));
        rt.handle().block_on(yield_times(3));
        let set = LocalSet::new();
        set.block_on(&rt, yield_times(3));
    });
}

/// tokio #1296, smol #122 (async-std #773): a scheduler that waited span. Here it sleeps once for each event.
#[test]
fn tokio_1296_waiting_is_not_spinning() {
    REST.within("a root that waits for another thread", || {
        let (park, asked) = CountingPark::new();
        let rt = Runtime::with_park(park);
        let (gate, opened) = gate::<()>("gate");
        let opening = {
            let asked = Arc::clone(&asked);
            thread::spawn(move || {
                while asked.parks() == 0 {
                    thread::yield_now();
                }
                gate.open(());
            })
        };
        rt.block_on(opened);
        opening.join().unwrap();
        COSTS.check_eq("sleeps and looks", (asked.parks(), asked.looks()), (1, 0));
    });
}

/// tokio #3929 (RUSTSEC-2021-0072): an abort from another thread dropped a future that is not `Send`
/// there.
#[test]
fn tokio_3929_a_remote_abort_drops_at_home() {
    AT_HOME.holds("remote aborts", || {
        let set = LocalSet::new();
        let (token, set_drops) = drop_counter("future in a set");
        let held = Rc::new(token);
        let in_set = set.spawn_local(async move {
            let _held = held;
            pending::<()>().await;
        });
        let local = LocalRuntime::new();
        let (token, local_drops) = drop_counter("future in a local runtime");
        let held = Rc::new(token);
        let in_runtime = local.spawn_local(async move {
            let _held = held;
            pending::<()>().await;
        });
        let rt = Runtime::new();
        set.block_on(&rt, yield_now());
        local.block_on(yield_now());
        thread::spawn(move || {
            in_set.abort();
            in_runtime.abort();
        })
        .join()
        .unwrap();
        assert_eq!((set_drops.count(), local_drops.count()), (0, 0));
        set.block_on(&rt, yield_now());
        local.block_on(yield_now());
        let here = Some(thread::current().id());
        assert_eq!((set_drops.count(), set_drops.thread()), (1, here));
        assert_eq!((local_drops.count(), local_drops.thread()), (1, here));
    });
}

/// tokio #1899, #1900, #1905: a set ran 61 tasks and then slept with more in its queue.
#[test]
fn tokio_1899_a_set_with_more_tasks_than_it_polls_at_once() {
    EACH.holds("two hundred local tasks", || {
        let rt = Runtime::new();
        let set = LocalSet::new();
        let ran = Rc::new(AtomicUsize::new(0));
        for _ in 0..200 {
            let ran = Rc::clone(&ran);
            drop(set.spawn_local(async move {
                ran.fetch_add(1, SeqCst);
            }));
        }
        rt.block_on(set);
        assert_eq!(ran.load(SeqCst), 200);
    });
}

/// The same on the runtime: more tasks than there are polls before the driver is asked.
#[test]
fn tokio_1899_a_runtime_with_more_tasks_than_it_polls_at_once() {
    REST.within("two hundred tasks", || {
        let (park, asked) = CountingPark::new();
        Runtime::with_park(park).block_on(async {
            let joins: Vec<_> = (0..200).map(|i| spawn(async move { i })).collect();
            for (i, join) in joins.into_iter().enumerate() {
                assert_eq!(join.await.unwrap(), i);
            }
        });
        AWAKE.check_eq("sleeps", asked.parks(), 0);
    });
}

/// tokio #4157: the flag that says the root was woken was not reset, and it was polled for nothing.
#[test]
fn tokio_4157_the_root_is_not_polled_for_nothing() {
    REST.within("a root and twenty others", || {
        let rt = Runtime::new();
        let polls = Arc::new(AtomicUsize::new(0));
        let (gate, mut opened) = gate::<()>("gate");
        let handle = rt.handle().clone();
        let other = thread::spawn(move || {
            for _ in 0..20 {
                let (send, done) = std::sync::mpsc::channel();
                drop(handle.spawn(async move { send.send(()).unwrap() }));
                done.recv().unwrap();
            }
            gate.open(());
        });
        let counted = Arc::clone(&polls);
        rt.block_on(poll_fn(move |cx| {
            counted.fetch_add(1, SeqCst);
            Pin::new(&mut opened).poll(cx)
        }));
        other.join().unwrap();
        ROOT.check_eq("polls of the root", polls.load(SeqCst), 2);
    });
}

/// tokio #7835: what ran right before the sleep deferred a wake, and the scheduler slept on it. Here
/// a driver defers one, and returns, as it does when it has woken somebody.
#[test]
fn tokio_7835_a_driver_that_defers_a_wake() {
    REST.within("a wake that is deferred by the driver", || {
        let waker: Arc<Mutex<Option<Waker>>> = Arc::default();
        let event = Arc::clone(&waker);
        let unpark: Arc<Mutex<Option<ThreadUnpark>>> = Arc::default();
        let own = Arc::clone(&unpark);
        let (park, asked) = CountingPark::with_driver(move || {
            let waker = event.lock().unwrap().take();
            if let Some(waker) = waker {
                context::defer(&waker);
                own.lock().unwrap().as_ref().unwrap().unpark();
            }
        });
        *unpark.lock().unwrap() = Some(park.unparker());
        Runtime::with_park(park).block_on(async {
            let mut is_second = false;
            let task = spawn(poll_fn(move |cx| {
                if std::mem::replace(&mut is_second, true) {
                    return Poll::Ready(());
                }
                *waker.lock().unwrap() = Some(cx.waker().clone());
                Poll::Pending
            }));
            task.await.unwrap();
        });
        // One sleep, which the driver ended, and one look before the wake's turn.
        LATER.check_eq("sleeps and looks", (asked.parks(), asked.looks()), (1, 1));
    });
}

/// tokio #7879: wakes that were deferred on a thread were left behind when its core moved on.
#[test]
fn tokio_7879_deferred_wakes_go_with_the_core() {
    WITH_CORE.holds("a yield across two block_ons", || {
        let rt = Runtime::new();
        let join = rt.block_on(async {
            let join = spawn(async {
                yield_now().await;
                7
            });
            // One poll of the task, and then we are off: its wake is deferred.
            let mut is_second = false;
            poll_fn(|cx| match std::mem::replace(&mut is_second, true) {
                true => Poll::Ready(()),
                false => {
                    cx.waker().wake_by_ref();
                    Poll::Pending
                }
            })
            .await;
            join
        });
        let rt = Arc::new(rt);
        let seen = thread::spawn(move || rt.block_on(join).unwrap());
        assert_eq!(seen.join().unwrap(), 7);
    });
}

/// tokio #2390: a future that gives way inside of a combinator was polled again by it at once, for
/// ever.
#[test]
fn tokio_2390_a_combinator_that_polls_whoever_woke() {
    /// Polls its future for as long as that has woken it.
    struct Eager<F> {
        future: Pin<Box<F>>,
        woken: Arc<Woken>,
    }
    struct Woken {
        is_woken: AtomicBool,
        parent: Mutex<Option<Waker>>,
    }
    impl Wake for Woken {
        fn wake(self: Arc<Woken>) {
            self.is_woken.store(true, SeqCst);
            let parent = self.parent.lock().unwrap().take();
            if let Some(parent) = parent {
                parent.wake();
            }
        }
    }
    impl<F: Future> Future for Eager<F> {
        type Output = (usize, F::Output);
        fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
            *self.woken.parent.lock().unwrap() = Some(cx.waker().clone());
            let waker = Waker::from(Arc::clone(&self.woken));
            let mut polls = 0;
            while self.woken.is_woken.swap(false, SeqCst) {
                polls += 1;
                assert!(polls < 100, "polled again and again");
                let polled = self.future.as_mut().poll(&mut Context::from_waker(&waker));
                if let Poll::Ready(output) = polled {
                    return Poll::Ready((polls, output));
                }
            }
            Poll::Pending
        }
    }
    EACH.holds("a yield in an eager combinator", || {
        Runtime::new().block_on(async {
            let eager = || Eager {
                future: Box::pin(yield_now()),
                woken: Arc::new(Woken {
                    is_woken: AtomicBool::new(true),
                    parent: Mutex::default(),
                }),
            };
            // In the root, and in a task.
            assert_eq!(eager().await, (1, ()));
            assert_eq!(spawn(eager()).await.unwrap(), (1, ()));
        });
    });
}

/// async-executor #163: a wake on a foreign thread pushed the task, and then touched what the drop of
/// the executor had freed.
#[test]
fn async_executor_163_wakes_while_the_runtime_is_dropped() {
    SHUT_DOWN.holds("wakes against drop", || {
        for _ in 0..if cfg!(miri) { 5 } else { 200 } {
            let rt = Runtime::new();
            let (send, wakers) = std::sync::mpsc::channel::<Waker>();
            rt.block_on(async {
                for _ in 0..3 {
                    let send = send.clone();
                    drop(spawn(poll_fn(move |cx| {
                        send.send(cx.waker().clone()).unwrap();
                        Poll::<()>::Pending
                    })));
                }
                yield_now().await;
            });
            drop(send);
            let wakers: Vec<Waker> = wakers.try_iter().collect();
            assert_eq!(wakers.len(), 3);
            let waking = thread::spawn(move || wakers.into_iter().for_each(Waker::wake));
            drop(rt);
            waking.join().unwrap();
        }
    });
}

/// tokio #1972: during shutdown `wake` dropped the task that it woke, and its caller held a lock that
/// the future's drop wanted. tokio #3869: once more, a task was shut down inside of its own wake.
#[test]
fn tokio_1972_a_wake_during_shutdown_drops_nothing() {
    struct Locks(Arc<Mutex<usize>>);
    impl Drop for Locks {
        fn drop(&mut self) {
            *self.0.try_lock().expect("dropped under a lock") += 1;
        }
    }
    struct WakesUnderLock(Arc<Mutex<usize>>, Arc<Mutex<Vec<Waker>>>);
    impl Drop for WakesUnderLock {
        fn drop(&mut self) {
            let wakers = std::mem::take(&mut *self.1.lock().unwrap());
            let _guard = self.0.lock().unwrap();
            wakers.into_iter().for_each(Waker::wake);
        }
    }
    SHUT_DOWN.holds("a wake under a lock", || {
        let rt = Runtime::new();
        let lock = Arc::new(Mutex::new(0));
        let wakers: Arc<Mutex<Vec<Waker>>> = Arc::default();
        rt.block_on(async {
            // Whichever is shut down first, the other one is woken under the lock.
            for _ in 0..2 {
                let (locks, kept) = (Locks(Arc::clone(&lock)), Arc::clone(&wakers));
                let wakes = WakesUnderLock(Arc::clone(&lock), Arc::clone(&wakers));
                drop(spawn(poll_fn(move |cx| {
                    let (_locks, _wakes) = (&locks, &wakes);
                    kept.lock().unwrap().push(cx.waker().clone());
                    Poll::<()>::Pending
                })));
            }
            yield_now().await;
        });
        drop(rt);
        assert_eq!(*lock.lock().unwrap(), 2);
    });
}

/// A set tells the task that polls it, by a waker of that task: foreign code, which may wake another task of
/// the set.
#[test]
fn the_waker_of_a_set_wakes_another_task_of_it() {
    /// Passes the first wake on.
    struct Chain(Mutex<Option<Waker>>);
    impl Wake for Chain {
        fn wake(self: Arc<Self>) {
            let next = self.0.lock().unwrap().take();
            if let Some(next) = next {
                next.wake();
            }
        }
    }
    SET_TOLD.holds("a chain of wakes through a set", || {
        let set = LocalSet::new();
        let wakers: Arc<Mutex<Vec<Waker>>> = Arc::default();
        for _ in 0..2 {
            let wakers = Arc::clone(&wakers);
            drop(set.spawn_local(poll_fn(move |cx| {
                wakers.lock().unwrap().push(cx.waker().clone());
                Poll::<()>::Pending
            })));
        }
        let mut set = pin!(set);
        let polled = set.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        SET_TOLD.pending(polled, "its tasks are not done");
        let [first, second]: [Waker; 2] = {
            let wakers = std::mem::take(&mut *wakers.lock().unwrap());
            wakers.try_into().expect("each task has left one")
        };
        let chain = Arc::new(Chain(Mutex::new(Some(second))));
        let waker = Waker::from(Arc::clone(&chain));
        let polled = set.as_mut().poll(&mut Context::from_waker(&waker));
        SET_TOLD.pending(polled, "its tasks are not done");
        first.wake();
        let is_woken = chain.0.lock().unwrap().is_none();
        SET_TOLD.check(is_woken, "the set did not tell the task that polled it");
        let _ = set.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        let polls = wakers.lock().unwrap().len();
        SET_TOLD.check_eq("polls of its tasks after both were woken", polls, 2);
    });
}

/// A root that wakes itself in each poll waits for the driver: it must let it in.
#[test]
fn a_root_that_wakes_itself_lets_the_driver_in() {
    DRIVER_IN.holds("a root that wakes itself", || {
        let is_asked = Arc::new(AtomicBool::new(false));
        let driver = Arc::clone(&is_asked);
        let (park, _) = CountingPark::with_driver(move || driver.store(true, SeqCst));
        let mut polls = 0;
        Runtime::with_park(park).block_on(poll_fn(|cx| {
            polls += 1;
            if is_asked.load(SeqCst) {
                return Poll::Ready(());
            }
            DRIVER_IN.check(
                polls < 10_000,
                "the root was polled 10000 times, and the driver never",
            );
            cx.waker().wake_by_ref();
            Poll::Pending
        }));
    });
}

/// tokio #6986: two tasks that hold each other's handles were never freed.
#[test]
fn tokio_6986_tasks_that_hold_each_others_handles() {
    SHUT_DOWN.holds("a cycle of handles", || {
        let (token, drops) = drop_counter("futures");
        let token = Arc::new(token);
        let slot: Arc<Mutex<Option<JoinHandle<()>>>> = Arc::default();
        let rt = Runtime::new();
        rt.block_on(async {
            let (theirs, first_token) = (Arc::clone(&slot), Arc::clone(&token));
            let first = spawn(async move {
                let _token = first_token;
                yield_now().await;
                let second = theirs.lock().unwrap().take().unwrap();
                let _ = second.await;
            });
            let second = spawn(async move {
                let _token = token;
                let _ = first.await;
            });
            *slot.lock().unwrap() = Some(second);
            for _ in 0..3 {
                yield_now().await;
            }
        });
        assert!(slot.lock().unwrap().is_none());
        assert_eq!(drops.count(), 0);
        drop(rt);
        assert_eq!(drops.count(), 1);
    });
}

/// tokio #2046, #2061, #2074 (`wake_while_rt_is_dropping`): a future's drop wakes other tasks, while
/// the runtime is being dropped.
#[test]
fn tokio_2061_a_drop_that_wakes_a_task_that_is_gone_or_not() {
    SHUT_DOWN.holds("wakes by drops", || {
        struct OnDrop<F: FnMut()>(F);
        impl<F: FnMut()> Drop for OnDrop<F> {
            fn drop(&mut self) {
                (self.0)();
            }
        }
        let rt = Runtime::new();
        let gates: Vec<_> = (0..3).map(|i| gate::<()>(&format!("gate {i}"))).collect();
        let (open, wait): (Vec<_>, Vec<_>) = gates.into_iter().unzip();
        let open = Arc::new(open);
        rt.block_on(async {
            for opened in wait {
                let open = Arc::clone(&open);
                let on_drop = OnDrop(move || open.iter().for_each(|gate| gate.open(())));
                drop(spawn(async move {
                    let _on_drop = on_drop;
                    opened.await;
                    pending::<()>().await;
                }));
            }
            yield_now().await;
        });
        drop(rt);
        assert!(open.iter().all(|gate| gate.is_dropped()));
    });
}

/// tokio #4213: futures were dropped outside of the runtime's context.
#[test]
fn tokio_4213_futures_are_dropped_in_context() {
    struct InContext(Arc<Mutex<Vec<JoinHandle<()>>>>);
    impl Drop for InContext {
        fn drop(&mut self) {
            let handle = Handle::current();
            let late = [handle.spawn(pending()), spawn(pending())];
            self.0.lock().unwrap().extend(late);
        }
    }
    SHUT_DOWN.holds("spawns by drops", || {
        let rt = Runtime::new();
        let late = Arc::new(Mutex::new(Vec::new()));
        // One that was polled, one that is queued, one that nobody has taken over yet.
        let in_context = || InContext(Arc::clone(&late));
        for is_polled in [true, false] {
            let in_context = in_context();
            let future = async move {
                let _in_context = in_context;
                pending::<()>().await;
            };
            match is_polled {
                true => rt.block_on(async {
                    drop(spawn(future));
                    yield_now().await;
                }),
                false => rt.block_on(async { drop(spawn(future)) }),
            }
        }
        let third = in_context();
        drop(rt.spawn(async move {
            let _third = third;
            pending::<()>().await;
        }));
        let handle = rt.handle().clone();
        drop(rt);
        let late = std::mem::take(&mut *late.lock().unwrap());
        assert_eq!(late.len(), 6);
        for join in late {
            assert!(handle.block_on(join).unwrap_err().is_cancelled());
        }
    });
}

/// tokio #3228 and others: a shutdown that waited for what nobody would do. Here: a thread that waits
/// for a task which is only queued when the runtime goes.
#[test]
fn tokio_3228_a_handle_is_told_of_the_shutdown() {
    SHUT_DOWN.holds("a handle awaited on another thread", || {
        let rt = Runtime::new();
        let join = rt.spawn(pending::<()>());
        let handle = rt.handle().clone();
        let waiting = thread::spawn(move || handle.block_on(join));
        drop(rt);
        assert!(waiting.join().unwrap().unwrap_err().is_cancelled());
    });
}

/// A set whose tasks wake each other from other threads while it is dropped.
#[test]
fn a_set_is_dropped_with_its_tasks() {
    SHUT_DOWN.holds("the end of a set", || {
        let rt = Runtime::new();
        let set = LocalSet::new();
        let (token, drops) = drop_counter("local future");
        let held = Rc::new(token);
        let wakers: Arc<Mutex<Vec<Waker>>> = Arc::default();
        let kept = Arc::clone(&wakers);
        let join = set.spawn_local(async move {
            let _held = held;
            drop(spawn_local(pending::<()>()));
            poll_fn(|cx| {
                kept.lock().unwrap().push(cx.waker().clone());
                Poll::<()>::Pending
            })
            .await;
        });
        set.block_on(&rt, yield_now());
        drop(set);
        assert_eq!(drops.count(), 1);
        let mut join = pin!(join);
        let polled = join.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        assert!(matches!(polled, Poll::Ready(Err(error)) if error.is_cancelled()));
        let wakers = std::mem::take(&mut *wakers.lock().unwrap());
        thread::spawn(move || wakers.into_iter().for_each(Waker::wake))
            .join()
            .unwrap();
    });
}
