//! An idle runtime costs nothing. Its questions to the system are counted by `strace`, and where there is none,
//! nothing is counted.

#![cfg(all(target_os = "linux", not(any(loom, miri))))]

use std::io::Write;
use std::net::TcpStream as StdStream;
use std::os::unix::process::parent_id;
use std::process::{Command, id};
use std::thread;
use std::time::Duration;

use reveille::io::AsyncReadExt;
use reveille::net::TcpListener;
use reveille::runtime::Builder;
use reveille::spawn;
use reveille::time::sleep;
use testkit::{Exercise, Rule};

const EX: Exercise = Exercise::new("11", "runtime/index.md");

const IDLE: Rule = EX.rule("A runtime that waits asks the system once, and then sleeps.");

/// For how long nothing happens. The second half begins and ends with a mark in the log.
const SPAN: Duration = Duration::from_secs(2);

/// What one thread may ask: the connection comes, it has room, and the message comes.
const MOST: usize = 3;

/// The program that is looked at: a timer that is far away, and a socket that has nothing to read for a while.
fn wait_with(builder: &mut Builder) {
    let runtime = builder.enable_all().build().expect("the system has room");
    let waits = async {
        let far = spawn(sleep(Duration::from_secs(3600)));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut theirs = StdStream::connect(listener.local_addr().unwrap()).unwrap();
        let (mut ours, _) = listener.accept().await.unwrap();
        let other = thread::spawn(move || {
            // This is the time in which nothing happens.
            thread::sleep(SPAN / 2);
            let _mark = parent_id();
            thread::sleep(SPAN / 2);
            let _mark = parent_id();
            theirs.write_all(b"now").unwrap();
            theirs
        });
        let mut message = [0; 8];
        assert_eq!(ours.read(&mut message).await.unwrap(), 3);
        drop(other.join());
        far.abort();
    };
    IDLE.holds(
        "a timer that is far away, and a socket without a message",
        move || {
            runtime.block_on(waits);
        },
    );
}

#[test]
#[ignore = "it is run by the other test"]
fn one_thread() {
    wait_with(&mut Builder::new_current_thread());
}

#[test]
#[ignore = "it is run by the other test"]
fn a_pool() {
    wait_with(Builder::new_multi_thread().worker_threads(2));
}

/// Their limits are those of the other tests: a limit here would count what other processes do.
#[test]
fn two_seconds_are_three_questions_at_most() {
    // Both at the same time: they only wait.
    let pool = thread::spawn(|| questions("a_pool"));
    let (one, pool) = (questions("one_thread"), pool.join().unwrap());
    let (Some(one), Some(pool)) = (one, pool) else {
        println!("there is no strace here, so nothing was counted");
        return;
    };
    let saw = format!(
        "one thread has called epoll_wait {} times in {SPAN:?}",
        one.all
    );
    IDLE.check((1..=MOST).contains(&one.all), saw);
    // A worker of a pool watches the others for a moment before it sleeps, so the second half counts.
    for (what, counted) in [("one thread", one), ("a pool", pool)] {
        let saw = format!(
            "{what} was asleep, and has called epoll_wait {} times",
            counted.late
        );
        IDLE.check(counted.late == 0, saw);
    }
}

/// How often a program calls `epoll_wait`.
struct Counted {
    all: usize,
    /// Between the marks.
    late: usize,
}

/// Counts the calls of the program of this name. `None` without `strace`.
fn questions(program: &str) -> Option<Counted> {
    let log = std::env::temp_dir().join(format!("reveille-idle-{program}-{}", id()));
    let run = Command::new("strace")
        .args(["-f", "-e", "trace=epoll_wait,epoll_pwait,getppid", "-o"])
        .arg(&log)
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", program, "--ignored", "--test-threads=1"])
        .output()
        .ok()?;
    let text = std::fs::read_to_string(&log);
    let _ = std::fs::remove_file(&log);
    // A system may have `strace`, and not let it look.
    let text = text.ok().filter(|text| text.contains("getppid("))?;
    IDLE.check(run.status.success(), String::from_utf8_lossy(&run.stdout));
    // A call that others come between has a second line, which begins otherwise.
    let is_call = |line: &&str| line.contains("epoll_wait(") || line.contains("epoll_pwait(");
    let lines = text.lines();
    let mut halves = lines.clone().skip_while(|line| !line.contains("getppid("));
    halves.next();
    let between = halves.take_while(|line| !line.contains("getppid("));
    Some(Counted {
        all: lines.filter(is_call).count(),
        late: between.filter(is_call).count(),
    })
}
