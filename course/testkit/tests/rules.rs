//! What a failing check says, and where it is written.

mod support;

use std::task::Poll;
use std::thread;

use support::{EX, LIMIT, RULE, failure_of};
use testkit::{Exercise, within};

#[test]
fn a_check_that_fails() {
    let failure = failure_of(|| RULE.check(false, "task B was polled last, but A was woken"));
    let text = "\
broken rule: The rule under test.
  what was seen: task B was polled last, but A was woken
  exercise 1.1 · book/src/timer-future/poll.md";
    if cfg!(miri) {
        assert_eq!(failure.report, text);
    } else {
        let head = "verdict: wrong\nexercise: 1.1\npage: timer-future/poll.md\n\
                    rule: The rule under test.\n\n";
        assert_eq!(failure.report, format!("{head}{text}\n"));
        assert!(
            failure.output.contains(text),
            "the panic says the same: {failure:#?}"
        );
        assert!(
            failure.output.contains("rules.rs:"),
            "and where: {failure:#?}"
        );
    }
}

#[test]
fn a_chapter_as_a_whole_says_which_exercises_it_may_be() {
    let chapter = Exercise::chapter("3", "harness/index.md").may_be("3.5 or 3.6");
    let rule = chapter.rule("The rule of a chapter.");
    let failure = failure_of(|| rule.check(false, "seen"));
    failure.names_rule(rule.sentence());
    failure.says("chapter 3 as a whole · book/src/harness/index.md this may be 3.5 or 3.6");
    if !cfg!(miri) {
        failure.says("chapter: 3 page: harness/index.md may be: 3.5 or 3.6 rule:");
    }
}

#[test]
fn a_plain_assertion_is_a_break_of_the_rule() {
    let failure = failure_of(|| RULE.holds("a sum", || assert_eq!(1 + 1, 3, "the sum")));
    failure.names_rule(RULE.sentence());
    failure
        .says("the sum: 2, but expected 3 at")
        .says("rules.rs:");
}

/// A thread that joins another, or locks what it poisoned, fails because of it.
#[test]
fn a_panic_on_another_thread_is_the_cause() {
    let failure = failure_of(|| {
        RULE.holds("a thread that panics", || {
            thread::spawn(|| panic!("the cause")).join().unwrap();
        });
    });
    failure.names_rule(RULE.sentence());
    failure.says("the cause at");
}

#[test]
fn a_long_text_is_broken_into_lines() {
    let rule = EX.rule(
        "A sentence of many words that is much too long to be printed on one line \
                        of a terminal, however wide.",
    );
    let failure = failure_of(|| rule.check(false, "word ".repeat(60)));
    let mut lines = failure.report.lines();
    assert!(lines.all(|line| line.starts_with("rule: ") || line.chars().count() <= 100));
    failure.names_rule(rule.sentence());
}

#[test]
fn a_word_longer_than_a_line_is_left_alone() {
    let word = "x".repeat(150);
    failure_of(|| RULE.check(false, &word)).says(&word);
}

#[test]
fn a_check_that_holds() {
    RULE.check(true, "not seen");
    RULE.check_eq("number", 1, 1);
    assert_eq!(RULE.ready(Poll::Ready(7), "not seen"), 7);
    RULE.pending(Poll::<()>::Pending, "not seen");
}

#[test]
fn unequal_values() {
    failure_of(|| RULE.check_eq("wakes of task B", 0, 1))
        .says("what was seen: wakes of task B: 0, but expected 1");
}

#[test]
fn pending_where_ready_was_due() {
    failure_of(|| RULE.ready(Poll::Pending, "Pending, though the timer is due"))
        .names_rule(RULE.sentence())
        .says("Pending, though the timer is due");
}

#[test]
fn ready_where_pending_was_due() {
    failure_of(|| RULE.pending(Poll::Ready(()), "Ready before its time"))
        .says("Ready before its time");
}

#[test]
fn an_expected_panic() {
    let message = RULE.panics(|| panic!("number {}", 7), "it did not panic");
    assert_eq!(message, "number 7");
    assert!(message.contains("number"));
}

#[test]
fn a_panic_that_must_not_come() {
    assert_eq!(RULE.returns(|| 7, "not seen"), 7);
    let failure = failure_of(|| RULE.returns(|| panic!("number {}", 7), "poll 2 panicked"));
    failure
        .names_rule(RULE.sentence())
        .says("what was seen: poll 2 panicked")
        .says("rules.rs:")
        .says(": number 7");
}

#[test]
fn a_panic_on_another_thread_explains_one_that_must_not_come() {
    let failure = failure_of(|| {
        EX.within("a timer", || {
            let timer = thread::Builder::new().name("timer".to_owned());
            _ = timer.spawn(|| panic!("no waker")).unwrap().join();
            RULE.returns(|| panic!("PoisonError"), "the poll panicked");
        });
    });
    failure.says("thread 'timer' panicked at");
    if !cfg!(miri) {
        let (timer, test) = (
            failure.report.find("no waker"),
            failure.report.find("Poison"),
        );
        assert!(timer < test, "in the order of time: {failure:#?}");
    }
}

#[test]
fn a_failing_check_goes_through_a_panic_that_must_not_come() {
    let failure = failure_of(|| {
        let other = EX.rule("Another rule.");
        RULE.returns(|| other.check(false, "seen"), "it panicked");
    });
    failure.names_rule("Another rule.");
}

#[test]
fn a_panic_that_does_not_come() {
    failure_of(|| drop(RULE.panics(|| 7, "it returned"))).says("it returned");
}

#[test]
fn a_failing_check_is_not_the_panic_that_was_expected() {
    let failure = failure_of(|| {
        let other = EX.rule("Another rule.");
        drop(RULE.panics(|| other.check(false, "seen"), "it returned"));
    });
    failure.names_rule("Another rule.");
}

#[test]
fn a_hole_is_not_the_panic_that_was_expected() {
    let failure = failure_of(|| drop(RULE.panics(|| todo!("1.4 block-on"), "it returned")));
    if !cfg!(miri) {
        assert_eq!(failure.report, "");
        assert!(
            failure
                .output
                .contains("\nnot yet implemented: 1.4 block-on"),
            "{failure:#?}"
        );
    }
}

#[test]
#[cfg_attr(miri, ignore = "leaves a thread behind")]
fn a_hole_on_another_thread_explains_a_failing_check() {
    let failure = failure_of(|| {
        EX.within("a timer", || {
            _ = thread::spawn(|| todo!("1.2 fire")).join();
            RULE.check(false, "the timer has not fired");
        });
    });
    assert_eq!(failure.report, "", "a hole is no verdict");
    assert!(
        failure.output.contains("\nnot yet implemented: 1.2 fire"),
        "{failure:#?}"
    );
}

#[test]
fn only_the_first_failure_is_written() {
    let failure = failure_of(|| {
        _ = std::panic::catch_unwind(|| RULE.check(false, "first"));
        RULE.check(false, "second");
    });
    if !cfg!(miri) {
        failure.says("first");
        assert!(!failure.report.contains("second"), "{failure:#?}");
    }
}

#[test]
#[cfg_attr(miri, ignore = "leaves a thread behind")]
fn a_check_that_fails_on_another_thread_fails_the_test() {
    let failure = failure_of(|| {
        within(LIMIT, "a thread", || {
            _ = thread::spawn(|| RULE.check(false, "seen on another thread"));
            thread::park();
        });
    });
    failure
        .names_rule(RULE.sentence())
        .says("seen on another thread");
}

#[test]
#[cfg_attr(miri, ignore = "leaves a thread behind")]
fn the_exercise_of_a_free_watchdog_is_its_outer_ones() {
    let failure = failure_of(|| {
        EX.within("outer", || within(LIMIT, "inner", break_a_rule_of_the_kit));
    });
    failure.says("exercise 1.1");
}

/// Breaks a rule that the kit itself states, so without an exercise of its own.
fn break_a_rule_of_the_kit() {
    let mut waker = std::mem::ManuallyDrop::new(testkit::TestWaker::new("A").waker());
    // SAFETY: it is initialized, and not used after.
    unsafe { std::mem::ManuallyDrop::drop(&mut waker) };
    // SAFETY: there is none; the kit keeps the waker's cell alive for this.
    unsafe { std::mem::ManuallyDrop::drop(&mut waker) };
}

#[test]
fn steps_are_written_one_on_a_line() {
    let failure = failure_of(|| {
        RULE.step("dropping the\tfirst\nhandle");
        RULE.step("dropping the second handle");
        panic!("an ordinary one");
    });
    if !cfg!(miri) {
        assert_eq!(
            failure.steps,
            "The rule under test.\tdropping the first handle\n\
             The rule under test.\tdropping the second handle\n"
        );
        assert_eq!(failure.report, "");
    }
}

#[test]
fn a_model_runs_plainly_without_loom() {
    RULE.model(|| RULE.check(true, "not seen"));
}

#[test]
fn an_exercise_can_be_read() {
    const OTHER: Exercise = Exercise::new("2.3", "raw-waker/count.md");
    assert_eq!((OTHER.id(), OTHER.page()), ("2.3", "raw-waker/count.md"));
    assert_eq!(RULE.exercise(), EX);
    assert_eq!(RULE.to_string(), "The rule under test.");
}
