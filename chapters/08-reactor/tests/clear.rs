//! 8.1: what a clear takes away from what is known of one direction, and what it leaves.

#![cfg(not(loom))]

use reactor::Ready;
use reactor::steps::LoneReadiness;
use testkit::{Exercise, Rule};

const EX: Exercise = Exercise::new("8.1", "reactor/clear.md");

const SEEN: Rule = EX.rule("A clear takes away what was seen, if no report came since.");
const SINCE: Rule =
    EX.rule("Clear What Was Seen: a clear takes away nothing that was reported since the look.");
const ONLY: Rule = EX.rule("A clear takes away the facts that it names, and no others.");
const END: Rule = EX.rule("The End Stays: neither a closed end nor a shutdown is cleared.");

#[test]
fn what_was_seen_is_cleared() {
    let word = LoneReadiness::new();
    word.report(Ready::READABLE);
    word.clear(word.look(), Ready::READABLE);
    SEEN.check_eq("what is known", word.look().ready(), Ready::EMPTY);
    // And the next report is there again.
    word.report(Ready::READABLE);
    SEEN.check_eq("what is known", word.look().ready(), Ready::READABLE);
    word.clear(word.look(), Ready::READABLE);
    SEEN.check_eq("what is known", word.look().ready(), Ready::EMPTY);
}

/// The example of the page: the read found nothing, and then five more bytes came.
#[test]
fn a_report_in_between() {
    let word = LoneReadiness::new();
    word.report(Ready::READABLE);
    let seen = word.look();
    word.report(Ready::READABLE);
    word.clear(seen, Ready::READABLE);
    SINCE.check_eq("what is known", word.look().ready(), Ready::READABLE);
    word.clear(word.look(), Ready::READABLE);
    SEEN.check_eq(
        "what a second try leaves",
        word.look().ready(),
        Ready::EMPTY,
    );
}

/// Two tasks that looked at the same time: the second clear comes after a new report.
#[test]
fn a_clear_that_comes_twice() {
    let word = LoneReadiness::new();
    word.report(Ready::READABLE);
    let seen = word.look();
    word.clear(seen, Ready::READABLE);
    word.report(Ready::READABLE);
    word.clear(seen, Ready::READABLE);
    SINCE.check_eq("what is known", word.look().ready(), Ready::READABLE);
}

/// tokio #6133: a tick of 8 bits. tokio #8331: a tick of 15 bits, of which 8 were compared.
#[test]
fn tokio_6133_and_8331_an_old_clear_does_not_match() {
    let one_by_one: &[u32] = if cfg!(miri) { &[256] } else { &[256, 1 << 15] };
    for &reports in one_by_one {
        let word = LoneReadiness::new();
        word.report(Ready::READABLE);
        let seen = word.look();
        for _ in 0..reports {
            word.report(Ready::READABLE);
        }
        word.clear(seen, Ready::READABLE);
        let what = format!("what is known after {reports} reports and an old clear");
        SINCE.check_eq(&what, word.look().ready(), Ready::READABLE);
    }
    for bits in [7, 8, 15, 16, 24, 32, 40, 48, 56] {
        let word = LoneReadiness::new();
        word.report(Ready::READABLE);
        let seen = word.look();
        word.advance(1 << bits);
        word.clear(seen, Ready::READABLE);
        let what = format!("what is known after 2^{bits} reports and an old clear");
        SINCE.check_eq(&what, word.look().ready(), Ready::READABLE);
    }
}

/// The tick starts near its end, and comes round.
#[test]
fn the_tick_comes_round() {
    let word = LoneReadiness::new();
    word.advance((1 << 57) - 1);
    word.report(Ready::READABLE);
    SEEN.check_eq("what is known", word.look().ready(), Ready::READABLE);
    let seen = word.look();
    word.report(Ready::READABLE);
    word.clear(seen, Ready::READABLE);
    SINCE.check_eq("what is known", word.look().ready(), Ready::READABLE);
    word.clear(word.look(), Ready::READABLE);
    SEEN.check_eq("what is known", word.look().ready(), Ready::EMPTY);
}

#[test]
fn only_what_is_named() {
    let word = LoneReadiness::new();
    word.report(Ready::READABLE | Ready::PRIORITY);
    word.clear(word.look(), Ready::READABLE);
    ONLY.check_eq("what is known", word.look().ready(), Ready::PRIORITY);
    word.clear(word.look(), Ready::PRIORITY | Ready::READABLE);
    ONLY.check_eq("what is known", word.look().ready(), Ready::EMPTY);
}

#[test]
fn an_end_stays() {
    let word = LoneReadiness::new();
    word.report(Ready::READABLE | Ready::READ_CLOSED | Ready::ERROR);
    for _ in 0..2 {
        word.clear(word.look(), Ready::ALL);
        END.check_eq("what is known", word.look().ready(), Ready::READ_CLOSED);
    }
    word.shut_down();
    word.clear(word.look(), Ready::ALL);
    END.check_eq("shut down", word.look().is_shut_down(), true);
}
