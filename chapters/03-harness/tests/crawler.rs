//! The crawler, a program of the reader's own: it is started, given a made-up site, and judged by what it
//! prints.

// Miri starts no processes.
#![cfg(not(miri))]

use testkit::{Exercise, Program, Ran, Rule};

testkit::program!("crawler");

const EX: Exercise = Exercise::new("3.10", "harness/crawler.md");
const COUNTED: Rule = EX.rule("Each page that is found is told of once, and the last line counts.");
const ONCE: Rule = EX.rule("A page is fetched once, however many links lead to it.");
const SIDE_BY_SIDE: Rule =
    EX.rule("Fetches are under way at the same time: a slow page keeps no other page waiting.");
const CLOSED: Rule =
    EX.rule("Each fetch closes its connection once, before the line that says what became of it.");
const PANIC: Rule =
    EX.rule("A fetch that panics is told of with the text of its panic, and ends no other.");
const ABORT: Rule = EX.rule("When nothing else is left to do, a fetch that never ends is aborted.");
const LIMIT: Rule =
    EX.rule("After as many pages as the limit says, all other fetches are aborted.");
const ONE_THREAD: Rule = EX.rule("All tasks run on the one thread that the program has.");

/// Runs the program, and looks at its connections.
#[track_caller]
fn crawl(program: &Program, site: &str) -> Ran {
    let ran = program.run(site);
    for (at, line) in ran.lines.iter().enumerate() {
        let Some(path) = line.strip_prefix("fetch ") else {
            continue;
        };
        let closed = ran
            .lines
            .iter()
            .filter(|line| **line == format!("close {path}"));
        let count = closed.count();
        CLOSED.check(
            count == 1,
            ran.seen(format_args!("`close {path}` is printed {count} times")),
        );
        let close = place(&ran, CLOSED, &format!("close {path}"));
        let told = told(&ran, path);
        CLOSED.check(
            at < close && close < told,
            ran.seen(format_args!(
                "the lines of {path} are not in the order `fetch`, `close`, what became of it"
            )),
        );
    }
    ran
}

/// Where it is said what became of a page.
#[track_caller]
fn told(ran: &Ran, path: &str) -> usize {
    let is_told = |line: &String| {
        let mut words = line.split([' ', ':']);
        let word = words.next().unwrap_or_default();
        let is_end = ["page", "error", "missing", "aborted"].contains(&word);
        is_end && words.next() == Some(path)
    };
    let places: Vec<usize> = (0..ran.lines.len())
        .filter(|place| is_told(&ran.lines[*place]))
        .collect();
    match places[..] {
        [place] => place,
        _ => COUNTED.fail(ran.seen(format_args!(
            "{} lines say what became of {path}, but expected one",
            places.len()
        ))),
    }
}

/// Where a line stands.
#[track_caller]
fn place(ran: &Ran, rule: Rule, line: &str) -> usize {
    match ran.lines.iter().position(|other| other == line) {
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

/// Checks the last line, and what the program exits with.
#[track_caller]
fn check_end(ran: &Ran, rule: Rule, last: &str, code: i32) {
    let own = ran.lines.last().map_or("", String::as_str);
    rule.check(
        own == last,
        ran.seen(format_args!(
            "the last line is `{own}`, but expected `{last}`"
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

#[test]
fn one_page_is_fetched() {
    COUNTED.program(program::start, |program| {
        let ran = crawl(program, "/ 2\n");
        let expected = [
            "fetch /",
            "close /",
            "page /",
            "1 pages, 0 errors, 0 missing, 0 aborted",
        ];
        ran.check_lines(COUNTED, &expected);
        COUNTED.check_eq("what it exits with", ran.code, 0);
    });
}

#[test]
fn links_that_lead_in_a_circle_are_followed_once() {
    ONCE.program(program::start, |program| {
        // Two pages lead to `/c` while it is under way, and it leads back.
        let site = "/ 1 -> /a /b\n/a 1 -> /c /\n/b 1 -> /c /b\n/c 4 -> / /a\n/unknown 1\n";
        let ran = program.run(site);
        for path in ["/", "/a", "/b", "/c"] {
            let fetched = ran
                .lines
                .iter()
                .filter(|line| **line == format!("fetch {path}"));
            let count = fetched.count();
            ONCE.check(
                count == 1,
                ran.seen(format_args!("`{path}` is fetched {count} times")),
            );
        }
        check_end(&ran, COUNTED, "4 pages, 0 errors, 0 missing, 0 aborted", 0);
    });
}

#[test]
fn a_slow_page_keeps_no_other_waiting() {
    SIDE_BY_SIDE.program(program::start, |program| {
        let site = "/ 1 -> /slow /quick\n/slow 12\n/quick 1 -> /next\n/next 1\n";
        let ran = crawl(program, site);
        check_order(&ran, SIDE_BY_SIDE, "fetch /slow", "page /quick");
        check_order(&ran, SIDE_BY_SIDE, "fetch /quick", "page /slow");
        check_order(&ran, SIDE_BY_SIDE, "page /quick", "page /slow");
        check_order(&ran, SIDE_BY_SIDE, "page /next", "page /slow");
        check_end(&ran, COUNTED, "4 pages, 0 errors, 0 missing, 0 aborted", 0);
    });
}

#[test]
fn a_page_that_is_not_there_is_missing() {
    COUNTED.program(program::start, |program| {
        let ran = crawl(program, "/ 1 -> /gone /a\n/a 1 -> /gone\n");
        place(&ran, COUNTED, "missing /gone");
        check_end(&ran, COUNTED, "2 pages, 0 errors, 1 missing, 0 aborted", 1);
    });
}

#[test]
fn a_broken_page_ends_its_own_fetch_only() {
    PANIC.program(program::start, |program| {
        let site = "/ 1 -> /blog /a\n/blog 2 broken -> /never-found\n/a 6\n";
        let ran = crawl(program, site);
        let texts = ran.lines.iter();
        let mut texts = texts.filter_map(|line| line.strip_prefix("error /blog: "));
        let Some(text) = texts.next() else {
            PANIC.fail(ran.seen("there is no line that begins with `error /blog: `"));
        };
        PANIC.check(
            !text.trim().is_empty() && ran.errors.contains(text),
            ran.seen(format_args!(
                "`{text}` is not the text of a panic that was seen on standard error"
            )),
        );
        check_end(&ran, PANIC, "2 pages, 1 errors, 0 missing, 0 aborted", 1);
    });
}

#[test]
fn a_page_that_never_comes_is_aborted() {
    ABORT.program(program::start, |program| {
        let site = "/ 1 -> /slow /a /silent\n/slow never\n/a 9 -> /b\n/b 9\n/silent never\n";
        let ran = crawl(program, site);
        for path in ["/slow", "/silent"] {
            check_order(&ran, ABORT, "page /b", &format!("aborted {path}"));
        }
        check_end(&ran, ABORT, "3 pages, 0 errors, 0 missing, 2 aborted", 1);
    });
}

#[test]
fn after_the_limit_all_others_are_aborted() {
    LIMIT.program(program::start, |program| {
        let site = "limit 2\n/ 1 -> /a /b /c\n/a 3 -> /d\n/b 30 -> /e\n/c never\n/d 1\n/e 1\n";
        let ran = crawl(program, site);
        for path in ["/b", "/c"] {
            check_order(&ran, LIMIT, "page /a", &format!("aborted {path}"));
        }
        for path in ["/d", "/e"] {
            let is_fetched = ran.lines.contains(&format!("fetch {path}"));
            LIMIT.check(
                !is_fetched,
                ran.seen(format_args!(
                    "`{path}` is fetched, though the limit is reached"
                )),
            );
        }
        check_end(&ran, LIMIT, "2 pages, 0 errors, 0 missing, 2 aborted", 1);
    });
}

#[test]
fn a_large_site_is_crawled_on_one_thread() {
    ONE_THREAD.program(program::start, |program| {
        // A page with two hundred links, and a row of two hundred pages behind the last of them.
        let mut site = "/ 1 ->".to_owned();
        (0..200).for_each(|page| site.push_str(&format!(" /{page}")));
        site.push('\n');
        (0..199).for_each(|page| site.push_str(&format!("/{page} 2 -> /\n")));
        (199..400).for_each(|page| site.push_str(&format!("/{page} 1 -> /{}\n", page + 1)));
        site.push_str("/400 1\n");
        let ran = crawl(program, &site);
        let threads = ran.threads.unwrap_or(0);
        ONE_THREAD.check(
            threads == 0,
            ran.seen(format_args!("it has started {threads} threads")),
        );
        check_end(
            &ran,
            COUNTED,
            "402 pages, 0 errors, 0 missing, 0 aborted",
            0,
        );
    });
}
