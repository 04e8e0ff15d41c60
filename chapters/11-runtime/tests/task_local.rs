//! Values that belong to a task.

use std::cell::RefCell;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use reveille::runtime::Builder;
use reveille::task::yield_now;
use testkit::{Exercise, Rule};

const EX: Exercise = Exercise::new("11", "runtime/index.md");

const OWN: Rule = EX.rule("Each scope has its own value, also when its task waits.");
const NESTED: Rule =
    EX.rule("The end of a scope brings the value outside back, after a panic too.");
const MISSING: Rule = EX.rule("Without a scope there is no value, and that is said.");
const DROPPED: Rule = EX.rule("The future of a scope is dropped within it.");

reveille::task_local! {
    /// The number of the request.
    static REQUEST: u32;
    /// The name of who asks.
    pub static NAME: String
}

fn poll_once<F: Future>(future: std::pin::Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

#[test]
fn each_task_has_its_own() {
    EX.within("two tasks that take turns", || {
        let runtime = Builder::new_current_thread()
            .build()
            .expect("no system call");
        runtime.block_on(async {
            let tasks: Vec<_> = (0..2)
                .map(|n| {
                    reveille::spawn(REQUEST.scope(n, async move {
                        for _ in 0..3 {
                            OWN.check_eq("the value", REQUEST.get(), n);
                            yield_now().await;
                        }
                    }))
                })
                .collect();
            for task in tasks {
                task.await.expect("it does not fail");
            }
            MISSING.check(REQUEST.try_get().is_err(), "the scopes were those of tasks");
        });
    });
}

#[test]
fn scopes_nest() {
    EX.within("scopes in scopes", || {
        REQUEST.sync_scope(1, || {
            let mut inner = pin!(REQUEST.scope(
                2,
                poll_fn(|_| {
                    NESTED.check_eq("inside", REQUEST.get(), 2);
                    Poll::<()>::Pending
                })
            ));
            NESTED.check(poll_once(inner.as_mut()).is_pending(), "it waits");
            NESTED.check_eq("outside", REQUEST.get(), 1);
            let panicked = catch_unwind(AssertUnwindSafe(|| {
                REQUEST.sync_scope(3, || panic!("on purpose"));
            }));
            NESTED.check(panicked.is_err(), "it panics");
            NESTED.check_eq("outside, after a panic", REQUEST.get(), 1);
            NAME.sync_scope("n".to_owned(), || {
                NESTED.check_eq("another key", NAME.with(String::len), 1);
                NESTED.check_eq("this key", REQUEST.get(), 1);
            });
            NESTED.check_eq("the value", inner.as_mut().take_value(), Some(2));
            NESTED.check_eq("the value, once taken", inner.take_value(), None);
        });
    });
}

#[test]
fn no_scope_no_value() {
    EX.within("looking outside", || {
        let said = MISSING.panics(|| REQUEST.get(), "there is no value");
        MISSING.check(
            said.contains("cannot access a task-local storage value"),
            &said,
        );
        let error = REQUEST.try_with(|_| ()).unwrap_err();
        MISSING.check_eq(
            "the error",
            error.to_string(),
            "task-local value not set".to_owned(),
        );
        let said = MISSING.panics(
            || REQUEST.sync_scope(1, || REQUEST.with(|_| REQUEST.sync_scope(2, || ()))),
            "the value is being looked at",
        );
        MISSING.check(
            said.contains("while the task-local storage is borrowed"),
            &said,
        );
        MISSING.check(REQUEST.try_get().is_err(), "the scopes have ended");
    });
}

#[test]
fn the_future_is_dropped_in_its_scope() {
    struct Looks(Rc<RefCell<Vec<Option<u32>>>>);
    impl Drop for Looks {
        fn drop(&mut self) {
            self.0.borrow_mut().push(REQUEST.try_get().ok());
        }
    }
    EX.within("dropping", || {
        let seen = Rc::new(RefCell::new(Vec::new()));
        let looks = || Looks(Rc::clone(&seen));
        let (ends, waits) = (looks(), looks());
        {
            let mut ended = pin!(REQUEST.scope(1, async move { drop(ends) }));
            DROPPED.check(poll_once(ended.as_mut()).is_ready(), "it ends");
            let said = DROPPED.panics(|| poll_once(ended.as_mut()), "it has ended");
            DROPPED.check(said.contains("polled after completion"), &said);
            let _never_polled = REQUEST.scope(2, async move {
                let _waits = waits;
            });
        }
        DROPPED.check_eq("what was seen", seen.take(), vec![Some(1), Some(2)]);
    });
}
