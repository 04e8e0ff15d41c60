//! How many system calls an exchange of messages takes. They are counted by `strace`, and where there is
//! none, nothing is counted.

#![cfg(all(target_os = "linux", not(any(loom, miri))))]

mod rt;

use std::collections::HashMap;
use std::process::Command;

use current_thread::spawn;
use reactor::io::{AsyncReadExt, AsyncWriteExt};
use reactor::net::{TcpListener, TcpStream};
use testkit::{Exercise, Rule};

const CHAPTER: Exercise = Exercise::chapter("8", "reactor/index.md");

const FEWEST: Rule = CHAPTER.rule(
    "A message takes one write, one read, and one question to the system: no read that must fail.",
);

const MESSAGES: usize = 1000;
/// What the beginning and the end of the connection may take besides.
const BESIDES: usize = 20;

/// The program that the other test looks at: both ends of a connection.
#[test]
fn exchange() {
    FEWEST.holds("a thousand messages there and back", || {
        rt::block_on(there_and_back())
    });
}

async fn there_and_back() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut buffer = [0; 1024];
        loop {
            match stream.read(&mut buffer).await.unwrap() {
                0 => return,
                length => stream.write_all(&buffer[..length]).await.unwrap(),
            }
        }
    });
    let mut client = TcpStream::connect(address).await.unwrap();
    let mut buffer = [0; 1024];
    for _ in 0..MESSAGES {
        client.write_all(&[7; 64]).await.unwrap();
        assert_eq!(client.read(&mut buffer).await.unwrap(), 64);
    }
    drop(client);
    server.await.unwrap();
}

/// Its limit is that of the other test: a limit here would count what another process does.
#[test]
fn an_exchange_takes_the_fewest_calls() {
    let Some(calls) = count() else {
        println!("there is no strace here, so nothing was counted");
        return;
    };
    for (name, each) in [("recvfrom", 2), ("sendto", 2), ("epoll_wait", 2)] {
        let (all, failed) = calls.get(name).copied().unwrap_or((0, 0));
        let (least, most) = (each * MESSAGES, each * MESSAGES + BESIDES);
        let saw = format!("{all} calls of {name} for {MESSAGES} messages there and back");
        FEWEST.check((least..=most).contains(&all), saw);
        FEWEST.check(
            failed <= BESIDES,
            format!("{failed} calls of {name} that failed"),
        );
    }
}

/// All calls of the other test, and those of them that failed. `None` without `strace`.
fn count() -> Option<HashMap<String, (usize, usize)>> {
    let table = std::env::temp_dir().join(format!("reactor-calls-{}", std::process::id()));
    let run = Command::new("strace")
        .args(["-f", "-c", "-o"])
        .arg(&table)
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "exchange", "--test-threads=1"])
        .output()
        .ok()?;
    let text = std::fs::read_to_string(&table);
    let _ = std::fs::remove_file(&table);
    // A system may have `strace`, and not let it look.
    let text = text.ok().filter(|text| text.contains("calls"))?;
    FEWEST.check(run.status.success(), String::from_utf8_lossy(&run.stdout));
    // "% time, seconds, usecs/call, calls, errors if there are any, name".
    let line = |line: &str| {
        let words: Vec<_> = line.split_whitespace().collect();
        let calls = words.get(3)?.parse().ok()?;
        let failed = match words.len() {
            6 => words[4].parse().ok()?,
            _ => 0,
        };
        Some((words.last()?.to_string(), (calls, failed)))
    };
    Some(text.lines().filter_map(line).collect())
}
