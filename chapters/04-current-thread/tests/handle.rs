//! Which runtime a thread is in, and what it says when it is in none.

#![cfg(not(loom))]
#![allow(
    clippy::async_yields_async,
    reason = "handles leave the block_on they were made in"
)]

use std::any::{Any, TypeId};
use std::panic::{AssertUnwindSafe, RefUnwindSafe, UnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use current_thread::{
    EnterGuard, Handle, LocalRuntime, LocalSet, Park, Runtime, ThreadPark, ThreadUnpark, Unpark,
    id, spawn, spawn_local, try_id, yield_now,
};
use harness::context::find;
use testkit::{Exercise, Rule};

const CHAPTER: Exercise = Exercise::chapter("4", "current-thread/index.md");
const SAYS: Rule = CHAPTER
    .rule("What cannot be done here panics in tokio's words, and leaves the thread as it was.");
const INSIDE: Rule = CHAPTER.may_be("4.4").rule("A thread that has entered a runtime is in it until its guard is dropped, and then back where it was.");
const OUTLIVES: Rule = CHAPTER
    .may_be("4.8")
    .rule("A handle may outlive its runtime: what is spawned with it is cancelled at once.");
const BLOCKS: Rule = CHAPTER
    .may_be("4.5")
    .rule("A handle's `block_on` ends when its future does, whichever thread drives.");
const NAMED: Rule =
    CHAPTER.rule("A task and a set have names of their own, and a driver is found by its type.");
const TYPES: Rule = CHAPTER.rule("What may leave its thread is Send, and what may not is not.");

/// The message of the panic that `f` ends in.
fn panic_of<T>(f: impl FnOnce() -> T) -> String {
    let Err(payload) = catch_unwind(AssertUnwindSafe(f)) else {
        panic!("did not panic");
    };
    match payload.downcast::<String>() {
        Ok(text) => *text,
        Err(payload) => payload.downcast::<&str>().unwrap().to_string(),
    }
}

const NO_CONTEXT: &str =
    "there is no reactor running, must be called from the context of a Reveille runtime";
const NESTED: &str = "Cannot start a runtime from within a runtime. This happens because a function \
                      (like `block_on`) attempted to block the current thread while the thread is \
                      being used to drive asynchronous tasks. If you are in an async \
                      function, use `.await` on the future instead of blocking on it.";
const NOT_LOCAL: &str = "`spawn_local` called from outside of a `task::LocalSet` or \
                         `runtime::LocalRuntime`";
const NOT_HOME: &str = "Local tasks can only be spawned on a LocalRuntime from the thread the runtime \
                        was created on";

#[test]
fn the_thread_that_drives_has_the_list() {
    NAMED.holds("the thread that drives has the list", || {
        let rt = Runtime::new();
        NAMED.check(
            rt.handle().tasks().is_none(),
            "a list while no thread drives",
        );
        let handle = rt.handle().clone();
        rt.block_on(async {
            let waiting = spawn(std::future::pending::<()>());
            drop(spawn(async {}));
            yield_now().await;
            let queued = spawn(async {});
            let tasks = handle.tasks().expect("this thread drives");
            let tasks: Vec<_> = (tasks.iter())
                .map(|(id, state, place)| {
                    // Without the feature `spawn-places` there is none.
                    let file = place.location().map_or(file!(), |place| place.file());
                    (*id, state.is_notified(), file)
                })
                .collect();
            let expected = vec![(queued.id(), true, file!()), (waiting.id(), false, file!())];
            NAMED.check_eq("tasks that are not done", tasks, expected);
            let other = handle.clone();
            let elsewhere = std::thread::spawn(move || other.tasks().is_none());
            NAMED.check(elsewhere.join().unwrap(), "a list on another thread");
        });
    });
}

#[test]
fn outside_of_a_runtime() {
    SAYS.holds("a thread without a runtime", || {
        assert_eq!(panic_of(Handle::current), NO_CONTEXT);
        assert_eq!(panic_of(|| spawn(async {})), NO_CONTEXT);
        assert_eq!(panic_of(|| spawn_local(async {})), NOT_LOCAL);
        let error = Handle::try_current().unwrap_err();
        assert_eq!(error.to_string(), NO_CONTEXT);
        assert!(error.is_missing_context());
        assert!(!error.is_thread_local_destroyed());
    });
}

#[test]
fn block_on_does_not_nest() {
    SAYS.holds("block_on in block_on", || {
        let (rt, other) = (Runtime::new(), Runtime::new());
        rt.block_on(async {
            assert_eq!(panic_of(|| rt.block_on(async {})), NESTED);
            assert_eq!(panic_of(|| other.block_on(async {})), NESTED);
            assert_eq!(panic_of(|| other.handle().block_on(async {})), NESTED);
            let join = spawn(async { panic_of(|| Runtime::new().block_on(async {})) });
            assert_eq!(join.await.unwrap(), NESTED);
        });
        // The refusals have left nothing behind.
        rt.block_on(async {});
        other.block_on(async {});
    });
}

#[test]
fn futures_that_are_not_send_need_a_local_runtime() {
    SAYS.holds("spawn_local", || {
        let rt = Runtime::new();
        rt.block_on(async {
            assert_eq!(panic_of(|| spawn_local(async {})), NOT_LOCAL);
            assert_eq!(
                panic_of(|| Handle::current().spawn_local(async {})),
                NOT_LOCAL
            );
        });
        let local = LocalRuntime::new();
        assert_eq!(panic_of(|| local.handle().spawn_local(async {})), NOT_LOCAL);
        let handle = local.handle().clone();
        std::thread::spawn(move || {
            let _entered = handle.enter();
            assert_eq!(panic_of(|| spawn_local(async {})), NOT_HOME);
        })
        .join()
        .unwrap();
    });
}

#[test]
fn a_thread_that_has_entered_spawns() {
    INSIDE.holds("enter", || {
        let (first, second) = (Runtime::new(), Runtime::new());
        let joins = {
            let _first = first.enter();
            let on_first = spawn(async { 1 });
            let on_second = {
                let _second = second.enter();
                spawn(async { 2 })
            };
            [on_first, spawn(async { 3 }), on_second]
        };
        assert!(Handle::try_current().is_err());
        let [one, three, two] = joins;
        first.block_on(async {
            assert_eq!((one.await.unwrap(), three.await.unwrap()), (1, 3));
            assert!(!two.is_finished());
        });
        assert_eq!(second.block_on(two).unwrap(), 2);
    });
}

/// Within `block_on` of one runtime, another may be entered: then tasks are spawned there.
#[test]
fn a_task_that_enters_another_runtime() {
    INSIDE.holds("enter inside of a task", || {
        let (first, second) = (Runtime::new(), Runtime::new());
        let handle = second.handle().clone();
        let join = first.block_on(async {
            spawn(async move {
                let entered = handle.enter();
                let join = spawn(async { 7 });
                drop(entered);
                spawn(yield_now()).await.unwrap();
                join
            })
            .await
            .unwrap()
        });
        assert!(!join.is_finished());
        assert_eq!(second.block_on(join).unwrap(), 7);
    });
}

#[test]
#[cfg_attr(miri, ignore = "leaks a handle, as is documented")]
fn guards_are_dropped_in_reverse_order() {
    INSIDE.holds("guards out of order", || {
        let (first, second) = (Runtime::new(), Runtime::new());
        let outer = first.enter();
        let inner = second.enter();
        let text = panic_of(|| drop(outer));
        assert!(
            text.starts_with("`EnterGuard` values dropped out of order."),
            "{text}"
        );
        drop(inner);
        // What the inner guard has restored is still there to be used.
        drop(Handle::current().spawn(async {}));
    });
}

/// A guard that leaves the `block_on` it was made in would bring back a runtime that is gone.
#[test]
#[cfg_attr(miri, ignore = "leaks a handle, as is documented")]
fn a_guard_that_comes_too_late() {
    INSIDE.holds("a guard that leaves its block_on", || {
        let other = Runtime::new();
        let rt = Runtime::new();
        let guard = rt.block_on(async { other.enter() });
        drop(rt);
        assert!(Handle::try_current().is_err());
        // As deep as the guard was, and deeper.
        let _first = other.enter();
        let _second = other.enter();
        let text = panic_of(|| drop(guard));
        assert!(
            text.starts_with("`EnterGuard` values dropped out of order."),
            "{text}"
        );
        drop(Handle::current().spawn(async {}));
    });
}

#[test]
fn a_handle_outlives_its_runtime() {
    OUTLIVES.holds("a handle of a runtime that is gone", || {
        let rt = Runtime::new();
        let handle = rt.handle().clone();
        drop(rt);
        let join = handle.spawn(async { 7 });
        assert!(join.is_finished());
        let error = handle.block_on(join).unwrap_err();
        assert!(error.is_cancelled());
    });
}

/// The thread of a handle's `block_on` runs no tasks, but is in the runtime.
#[test]
fn a_handle_blocks_while_another_thread_drives() {
    BLOCKS.holds("block_on of a handle", || {
        let rt = Runtime::new();
        let handle = rt.handle().clone();
        let blocked = std::thread::spawn(move || {
            handle.block_on(async {
                let driven_by = spawn(async { std::thread::current().id() }).await.unwrap();
                (driven_by, std::thread::current().id())
            })
        });
        let (send, done) = std::sync::mpsc::channel::<()>();
        let join = rt.spawn(async move {
            while let Err(std::sync::mpsc::TryRecvError::Empty) = done.try_recv() {
                yield_now().await;
            }
        });
        let waiting = std::thread::spawn(move || {
            let seen = blocked.join().unwrap();
            drop(send);
            seen
        });
        rt.block_on(join).unwrap();
        let (driven_by, blocked_on) = waiting.join().unwrap();
        assert_eq!(driven_by, std::thread::current().id());
        assert_ne!(driven_by, blocked_on);
    });
}

#[test]
fn tasks_have_names() {
    NAMED.holds("ids", || {
        Runtime::new().block_on(async {
            assert_eq!(try_id(), None);
            let join = spawn(async { id() });
            let name = join.id();
            assert_eq!(join.await.unwrap(), name);
        });
    });
}

#[test]
fn a_driver_is_found_by_its_type() {
    NAMED.holds("a driver is found by its type", || {
        #[derive(Clone)]
        struct Wheel(Arc<AtomicUsize>);
        /// A driver above a thread's sleep, with a handle of its own.
        struct Above(ThreadPark, Wheel);
        struct Both(ThreadUnpark, Wheel);

        impl Park for Above {
            type Unpark = Both;
            fn unparker(&self) -> Both {
                Both(self.0.unparker(), self.1.clone())
            }
            fn park(&mut self) {
                self.0.park();
            }
            fn park_timeout(&mut self, timeout: Duration) {
                self.0.park_timeout(timeout);
            }
        }

        impl Unpark for Both {
            fn unpark(&self) {
                self.0.unpark();
            }
            fn find(&self, wanted: TypeId) -> Option<&dyn Any> {
                match wanted == TypeId::of::<Wheel>() {
                    true => Some(&self.1),
                    false => self.0.find(wanted),
                }
            }
        }

        let seen = Arc::new(AtomicUsize::new(0));
        let rt = Runtime::with_park(Above(ThreadPark::new(), Wheel(Arc::clone(&seen))));
        assert!(rt.handle().driver::<Wheel>().is_some());
        assert!(rt.handle().driver::<ThreadUnpark>().is_some());
        assert!(rt.handle().driver::<u32>().is_none());
        let find = || find::<Wheel>().map(|wheel| wheel.0.fetch_add(1, SeqCst));
        assert_eq!(find(), None, "outside of a runtime");
        rt.block_on(async { assert_eq!(find(), Some(0), "in a root future") });
        rt.block_on(async { assert_eq!(spawn(async move { find() }).await.unwrap(), Some(1)) });
        let _entered = rt.enter();
        assert_eq!(find(), Some(2), "in a runtime that was entered");
        let other = Runtime::new();
        let _entered = other.enter();
        assert_eq!(find(), None, "in a runtime without such a driver");
    });
}

/// `find` looks into the runtime without a reference of its own. A clone of a handle that leaves the runtime
/// by its last guard must not end it meanwhile.
#[test]
fn a_clone_that_leaves_the_runtime_does_not_end_it() {
    NAMED.holds("a runtime that is left while it is looked into", || {
        thread_local! {
            static GUARD: std::cell::Cell<Option<EnterGuard<'static>>> = const {
                std::cell::Cell::new(None)
            };
        }

        struct Leaves;
        impl Clone for Leaves {
            fn clone(&self) -> Leaves {
                drop(GUARD.take());
                Leaves
            }
        }

        /// A runtime that tells when it ends.
        struct Tells(Leaves, Arc<AtomicUsize>);
        impl harness::context::Flavor for Tells {
            fn find(&self, _: TypeId) -> Option<&dyn Any> {
                Some(&self.0)
            }
        }
        impl Drop for Tells {
            fn drop(&mut self) {
                self.1.fetch_add(1, SeqCst);
            }
        }

        let ends = Arc::new(AtomicUsize::new(0));
        let left = Arc::new(Tells(Leaves, Arc::clone(&ends)));
        let leaked = Arc::as_ptr(&left);
        GUARD.set(Some(harness::context::enter(left)));
        assert!(find::<Leaves>().is_some());
        assert_eq!(ends.load(SeqCst), 0, "it ended while it was looked into");
        assert!(Handle::try_current().is_err(), "the guard is dropped");
        // SAFETY: the guard had this reference, and has leaked it, as was checked.
        drop(unsafe { Arc::from_raw(leaked) });
        assert_eq!(ends.load(SeqCst), 1);
        // Any other guard gives its runtime up.
        let guard = harness::context::enter(Arc::new(Tells(Leaves, Arc::clone(&ends))));
        drop(guard);
        assert_eq!(ends.load(SeqCst), 2);
    });
}

/// A runtime goes where its owner goes, and is used from anywhere; a local one stays.
#[test]
fn what_may_leave_its_thread() {
    TYPES.holds("what may leave its thread", || {
        fn is_send_and_sync<T: Send + Sync>() {}
        is_send_and_sync::<Runtime>();
        is_send_and_sync::<Handle>();
        // Ambiguous, and so an error, for a type that is `Send`.
        trait AmbiguousIfSend<A> {
            fn check() {}
        }
        impl<T: ?Sized> AmbiguousIfSend<()> for T {}
        impl<T: ?Sized + Send> AmbiguousIfSend<u8> for T {}
        <LocalRuntime as AmbiguousIfSend<_>>::check();
        <LocalSet as AmbiguousIfSend<_>>::check();
        <EnterGuard<'static> as AmbiguousIfSend<_>>::check();
    });
}

/// The runtime may go before the guard, and the guard may be looked at from another thread.
#[test]
fn a_guard_outlives_its_runtime() {
    INSIDE.holds("a guard that is left", || {
        fn is_sync<T: Sync>(_: &T) {}
        {
            let rt = Runtime::new();
            let id = rt.handle().id();
            let guard = rt.enter();
            is_sync(&guard);
            drop(rt);
            assert_eq!(Handle::current().id(), id);
            assert!(spawn(async {}).is_finished(), "its runtime is gone");
            // The guard goes last, and by itself.
        }
        assert!(Handle::try_current().is_err());
    });
}

#[test]
fn runtimes_have_names() {
    NAMED.holds("ids of runtimes", || {
        let (one, other) = (Runtime::new(), LocalRuntime::new());
        assert_eq!(one.handle().id(), one.handle().clone().id());
        assert_ne!(one.handle().id(), other.handle().id());
        assert_ne!(one.handle().id(), LocalSet::new().id());
        assert_eq!(
            one.block_on(async { Handle::current().id() }),
            one.handle().id()
        );
    });
}

/// A panic of a task or a root leaves nothing half done, so they may be used on.
#[test]
fn what_may_be_used_after_a_panic() {
    fn is_unwind_safe<T: UnwindSafe + RefUnwindSafe>() {}
    is_unwind_safe::<Runtime>();
    is_unwind_safe::<LocalRuntime>();
    is_unwind_safe::<Handle>();
}

/// A panic names the caller's line.
#[test]
fn a_panic_names_the_caller() {
    SAYS.holds("the place of a panic", || {
        let rt = Runtime::new();
        let local = LocalRuntime::new();
        let far = std::thread::spawn(|| LocalRuntime::new().handle().clone());
        let far = far.join().unwrap();
        let calls: [(&str, &dyn Fn()); 7] = [
            ("Handle::current", &|| drop(Handle::current())),
            ("spawn", &|| drop(spawn(async {}))),
            ("spawn_local", &|| drop(spawn_local(async {}))),
            ("spawn_local of another thread's runtime", &|| {
                let _entered = far.enter();
                drop(spawn_local(async {}));
            }),
            ("Handle::spawn_local", &|| {
                drop(local.handle().spawn_local(async {}))
            }),
            ("block_on", &|| rt.block_on(async { rt.block_on(async {}) })),
            (
                "Handle::spawn_local of a runtime that is not local",
                &|| {
                    rt.block_on(async { drop(rt.handle().spawn_local(async {})) });
                },
            ),
        ];
        for (what, call) in calls {
            SAYS.panics_in(file!(), what, call);
        }
    });
}
