//! Child processes that do not end, print without end, or leave others behind.
#![cfg(unix)]

use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use course::check::trial;
use course::process::{Cancel, End, run};

fn shell(script: &str) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", script]);
    command
}

const LONG: Duration = Duration::from_secs(60);

/// Whether a process, by its number, has ended: perhaps its parent has not asked for its end yet.
fn is_gone(number: &str) -> bool {
    let ps = Command::new("ps")
        .args(["-o", "stat=", "-p", number.trim()])
        .output();
    let state = String::from_utf8(ps.unwrap().stdout).unwrap();
    state.trim().is_empty() || state.trim().starts_with('Z')
}

#[test]
fn the_time_of_others_is_not_the_childs() {
    // More than there are processors, so that each gets less than it wants.
    let processors = thread::available_parallelism().map_or(1, usize::from);
    let limit = Duration::from_millis(300);
    let children: Vec<_> = (0..4 * processors)
        .map(|_| {
            thread::spawn(move || {
                let started = Instant::now();
                let looping = shell("while :; do :; done");
                let finished = run(looping, limit, &Cancel::default()).unwrap();
                (finished.end, started.elapsed())
            })
        })
        .collect();
    let mut longest = Duration::ZERO;
    for child in children {
        let (end, took) = child.join().unwrap();
        assert_eq!(end, End::TimedOut);
        longest = longest.max(took);
    }
    // Each had its time, and so the last one has waited for the others.
    if cfg!(target_os = "linux") {
        assert!(2 * limit <= longest, "{longest:?}");
    }
}

#[test]
fn a_child_that_does_not_end_is_killed_with_its_children() {
    let finished = run(
        shell("sleep 3600 & echo $!; sleep 3600; wait"),
        Duration::from_millis(100),
        &Cancel::default(),
    )
    .unwrap();
    assert_eq!(finished.end, End::TimedOut);
    assert!(is_gone(&finished.stdout.text()));
}

#[test]
fn output_without_end_is_kept_in_part_only() {
    let limit = Duration::from_millis(300);
    let finished = run(
        shell("echo first; exec yes line"),
        limit,
        &Cancel::default(),
    )
    .unwrap();
    assert_eq!(finished.end, End::TimedOut);
    let text = finished.stdout.text();
    assert!(text.starts_with("first\nline\n"));
    assert!(text.contains("bytes left out"));
    assert!(text.len() < 300 * 1024);
}

#[test]
fn cancelling_kills_at_once() {
    let cancel = Cancel::default();
    thread::scope(|scope| {
        let running = scope.spawn(|| run(shell("sleep 3600"), LONG, &cancel).unwrap());
        cancel.cancel();
        assert_eq!(running.join().unwrap().end, End::Cancelled);
    });
}

#[test]
fn a_process_left_behind_does_not_hold_the_result_up() {
    let finished = run(shell("sleep 3600 & echo $!"), LONG, &Cancel::default()).unwrap();
    // If it did, the time would be up before it ends.
    assert!(matches!(finished.end, End::Exited(status) if status.success()));
    assert!(is_gone(&finished.stdout.text()));
}

#[test]
fn a_child_that_closes_its_output_is_still_waited_for() {
    let finished = run(
        shell("exec >&- 2>&-; sleep 0.3; exit 7"),
        LONG,
        &Cancel::default(),
    )
    .unwrap();
    assert!(matches!(finished.end, End::Exited(status) if status.code() == Some(7)));
}

#[test]
fn a_test_program_that_cannot_say_its_tests_is_not_taken_for_empty() {
    let listed = trial::list(Path::new("false"), Path::new("x.rs"), &Cancel::default());
    let problem = listed.unwrap_err();
    assert!(problem.what.contains("an exit with status 1"), "{problem}");
    assert!(problem.next.contains("disk is not full"), "{problem}");
}
