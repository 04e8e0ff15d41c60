//! The bank, a program of the reader's own: it is started, given payments, and judged by what it prints.

// Miri starts no processes.
#![cfg(not(miri))]

use testkit::{Exercise, Ran, Rule};

testkit::program!("bank");

const EX: Exercise = Exercise::new("6.12", "locks/bank.md");
const MADE: Rule = EX.rule(
    "A payment takes its amount from one account and adds it to the other; at the end the accounts say so.",
);
const REFUSED: Rule = EX.rule(
    "A payment that its account cannot pay when its turn comes is refused, and changes nothing.",
);
const ALONE: Rule =
    EX.rule("Two payments that share an account are never under way at the same time.");
const BESIDE: Rule = EX.rule(
    "Payments that share no account are under way at the same time, if there are clerks enough.",
);
const NO_CIRCLE: Rule =
    EX.rule("Every payment is made or refused, whichever accounts the others hold.");
const CLERKS: Rule = EX.rule("No more payments are under way than there are clerks.");
const NO_IDLE_CLERK: Rule = EX.rule("A payment that waits for an account keeps no clerk.");
const AUDIT: Rule =
    EX.rule("An audit sees each account while no payment is under way: the total never changes.");
const ONE_THREAD: Rule = EX.rule("All payments run on the one thread that the program has.");

/// Where a line stands.
#[track_caller]
fn place(ran: &Ran, rule: Rule, line: &str) -> usize {
    let place = ran.lines.iter().position(|other| other == line);
    match place {
        Some(place) => place,
        None => rule.fail(ran.seen(format_args!("there is no line `{line}`"))),
    }
}

/// Checks that a line stands before another.
#[track_caller]
fn check_order(ran: &Ran, rule: Rule, earlier: &str, later: &str) {
    let is_so = place(ran, rule, earlier) < place(ran, rule, later);
    rule.check(
        is_so,
        ran.seen(format_args!("`{later}` comes before `{earlier}`")),
    );
}

/// Checks the last lines, and what the program exits with.
#[track_caller]
fn check_end(ran: &Ran, rule: Rule, last: &[&str], code: i32) {
    let from = ran.lines.len().saturating_sub(last.len());
    let own = &ran.lines[from..];
    rule.check(
        own == last,
        ran.seen(format_args!(
            "the last lines are {own:?}, but expected {last:?}"
        )),
    );
    rule.check(
        ran.code == code,
        ran.seen(format_args!(
            "it exits with {}, but expected {code}",
            ran.code
        )),
    );
}

/// How many payments are under way at the most.
fn most_under_way(ran: &Ran) -> usize {
    let (mut now, mut most) = (0_usize, 0);
    for line in &ran.lines {
        if line.ends_with(" begins") {
            now += 1;
        } else if line.split(' ').count() == 2 && line.ends_with(" done") {
            now = now.saturating_sub(1);
        }
        most = most.max(now);
    }
    most
}

#[test]
fn one_payment_is_made() {
    MADE.program(program::start, |program| {
        let ran = program.run(
            "# a comment\n\nclerks 1\naccount anna 100\naccount ben 50\npay rent anna ben 30 2\n",
        );
        let expected = [
            "rent begins",
            "rent done",
            "anna 70",
            "ben 80",
            "1 done, 0 refused",
        ];
        ran.check_lines(MADE, &expected);
        MADE.check_eq("what it exits with", ran.code, 0);
    });
}

#[test]
fn without_a_payment_it_tells_the_accounts() {
    MADE.program(program::start, |program| {
        let ran = program.run("clerks 3\naccount anna 100\naccount ben 0\n");
        ran.check_lines(MADE, &["anna 100", "ben 0", "0 done, 0 refused"]);
        MADE.check_eq("what it exits with", ran.code, 0);
    });
}

#[test]
fn what_an_account_cannot_pay_is_refused() {
    REFUSED.program(program::start, |program| {
        // The second can be paid because the first has been made, and the third cannot.
        let ran = program.run(
            "clerks 2\naccount a 10\naccount b 0\npay one a b 10 3\npay two b a 4 1\npay three b a 7 1\n",
        );
        check_order(&ran, REFUSED, "one done", "two begins");
        place(&ran, REFUSED, "three refused");
        REFUSED.check(
            !ran.lines.iter().any(|line| line == "three begins"),
            ran.seen("a refused payment has begun"),
        );
        check_end(&ran, REFUSED, &["a 4", "b 6", "2 done, 1 refused"], 1);
    });
}

#[test]
fn payments_between_the_same_accounts_are_made_in_turn() {
    ALONE.program(program::start, |program| {
        let ran = program.run(
            "clerks 9\naccount a 9\naccount b 9\npay one a b 1 4\npay two a b 1 1\npay three b a 1 2\n",
        );
        let expected = [
            "one begins",
            "one done",
            "two begins",
            "two done",
            "three begins",
            "three done",
            "a 8",
            "b 10",
            "3 done, 0 refused",
        ];
        ran.check_lines(ALONE, &expected);
    });
}

#[test]
fn payments_that_share_nothing_run_side_by_side() {
    BESIDE.program(program::start, |program| {
        let ran = program.run(
            "clerks 2\naccount a 9\naccount b 9\naccount c 9\naccount d 9\npay ab a b 1 5\npay cd c d 1 2\n",
        );
        check_order(&ran, BESIDE, "cd begins", "ab done");
        check_order(&ran, BESIDE, "cd done", "ab done");
        check_end(&ran, MADE, &["a 8", "b 10", "c 8", "d 10", "2 done, 0 refused"], 0);
    });
}

#[test]
fn two_that_pay_each_other() {
    NO_CIRCLE.program(program::start, |program| {
        // While `first` holds a, `there` waits for it. `back` gets b, and wants a next.
        let ran = program.run(
            "clerks 9\naccount x 9\naccount a 9\naccount b 9\npay first x a 1 4\npay there a b 1 1\npay back b a 2 1\n",
        );
        for name in ["first", "there", "back"] {
            place(&ran, NO_CIRCLE, &format!("{name} done"));
        }
        check_end(&ran, MADE, &["x 8", "a 11", "b 8", "3 done, 0 refused"], 0);
    });
}

#[test]
fn five_in_a_ring() {
    NO_CIRCLE.program(program::start, |program| {
        let mut input = "clerks 5\n".to_owned();
        for account in 0..5 {
            input.push_str(&format!("account p{account} 20\n"));
        }
        for round in 0..6 {
            for account in 0..5 {
                let to = (account + 1) % 5;
                input.push_str(&format!(
                    "pay r{round}n{account} p{account} p{to} 3 {}\n",
                    account % 3
                ));
            }
        }
        let ran = program.run(&input);
        let last = [
            "p0 20",
            "p1 20",
            "p2 20",
            "p3 20",
            "p4 20",
            "30 done, 0 refused",
        ];
        check_end(&ran, NO_CIRCLE, &last, 0);
    });
}

#[test]
fn a_payment_to_the_same_account() {
    NO_CIRCLE.program(program::start, |program| {
        let ran = program.run("clerks 1\naccount a 9\npay odd a a 5 2\npay more a a 10 2\n");
        check_end(&ran, NO_CIRCLE, &["a 9", "1 done, 1 refused"], 1);
        place(&ran, NO_CIRCLE, "odd done");
    });
}

#[test]
fn there_are_only_so_many_clerks() {
    CLERKS.program(program::start, |program| {
        let mut input = "clerks 2\n".to_owned();
        for account in 0..8 {
            input.push_str(&format!("account p{account} 20\n"));
        }
        for account in [0, 2, 4, 6] {
            input.push_str(&format!("pay n{account} p{account} p{} 3 3\n", account + 1));
        }
        let ran = program.run(&input);
        let most = most_under_way(&ran);
        CLERKS.check(
            most <= 2,
            ran.seen(format_args!(
                "{most} payments are under way, with two clerks"
            )),
        );
        BESIDE.check(
            most == 2,
            ran.seen("there are two clerks, and never more than one payment is under way"),
        );
    });
}

#[test]
fn a_payment_that_waits_keeps_no_clerk() {
    NO_IDLE_CLERK.program(program::start, |program| {
        // The second waits for the first. The third could be made.
        let ran = program.run(
            "clerks 2\naccount a 9\naccount b 9\naccount c 9\naccount d 9\n\
             pay long a b 1 9\npay waits a b 1 1\npay free c d 1 1\n",
        );
        check_order(&ran, NO_IDLE_CLERK, "free done", "long done");
        check_order(&ran, ALONE, "long done", "waits begins");
    });
}

#[test]
fn an_audit_sees_the_same_total() {
    AUDIT.program(program::start, |program| {
        // `under` holds b and c. The audit waits for b; meanwhile `past` gets a, and waits for c.
        let ran = program.run(
            "clerks 9\naccount a 100\naccount b 100\naccount c 100\n\
             pay under b c 20 5\naudit noon\npay past c a 50 3\naudit night\n",
        );
        for audit in ["noon", "night"] {
            place(&ran, AUDIT, &format!("{audit} total 300"));
        }
        check_end(
            &ran,
            MADE,
            &["a 150", "b 80", "c 70", "2 done, 0 refused"],
            0,
        );
    });
}

#[test]
fn many_payments_run_on_one_thread() {
    ONE_THREAD.program(program::start, |program| {
        let mut input = "clerks 3\naccount a 1000\naccount b 1000\naccount c 1000\n".to_owned();
        for payment in 0..200 {
            let (from, to) = [("a", "b"), ("b", "c"), ("c", "a")][payment % 3];
            input.push_str(&format!("pay n{payment} {from} {to} 1 1\n"));
        }
        let ran = program.run(&input);
        let threads = ran.threads.unwrap_or(0);
        ONE_THREAD.check(
            threads == 0,
            ran.seen(format_args!("it has started {threads} threads")),
        );
        check_end(&ran, MADE, &["200 done, 0 refused"], 0);
    });
}
