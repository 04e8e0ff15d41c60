//! Good clients and bad ones, all at once, for as long as one likes.
//!
//! At the end each request was answered, or refused in order; each bad client was sent away; and no server has more
//! memory, descriptors or threads than before. Every few seconds the servers may for a while have no more descriptors,
//! so that `accept` fails.

use std::collections::BTreeMap;
use std::error::Error;
use std::future::Future;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use reveille::sync::watch;
use reveille::task::JoinSet;
use reveille::time::{sleep, timeout};
use servers::arguments::{Arguments, Flavor};

use super::clients::{self, Addresses, Ended, Trouble};
use super::process::{Holds, Server};
use super::report::until;

/// The servers' limits are short, so that bad clients come often. The places are few, so that the limit is met.
const WEB: &[&str] = &[
    "--head-ms",
    "1000",
    "--write-ms",
    "1000",
    "--ping-ms",
    "1000",
    "--connections",
    "96",
];
const REDIS: &[&str] = &[
    "--request-ms",
    "1000",
    "--idle-ms",
    "1000",
    "--write-ms",
    "1000",
];
const ROOM: &[&str] = &[
    "--handshake-ms",
    "1000",
    "--ping-ms",
    "1000",
    "--write-ms",
    "1000",
];
const PROXY: &[&str] = &[
    "--connect-ms",
    "1000",
    "--idle-ms",
    "1000",
    "--write-ms",
    "1000",
];

/// A client that has not come to its end by then has lost its way. The longest that anything takes by the limits is less
/// than half of it.
const LIMIT: Duration = Duration::from_secs(60);

/// How often descriptors are taken away, and for how long.
const STARVE_EVERY: Duration = Duration::from_secs(8);
const STARVE_FOR: Duration = Duration::from_millis(1500);

const SAMPLE_EVERY: Duration = Duration::from_millis(250);

/// What has come of all clients of a kind.
#[derive(Default)]
struct Counts {
    answered: u64,
    refused: u64,
    wrong: u64,
}

/// What all clients tell.
#[derive(Default)]
struct Tally {
    kinds: Mutex<BTreeMap<&'static str, Counts>>,
    /// The first few things that were wrong.
    wrong: Mutex<Vec<String>>,
}

/// Loads all servers for so many seconds.
///
/// # Errors
///
/// If one cannot be started.
pub fn run(arguments: &Arguments) -> Result<bool, Box<dyn Error>> {
    let seconds: u64 = arguments.get("--seconds", 30);
    let flavor: Flavor = arguments.get("--runtime", Flavor::MultiThread(2));
    let runtime = ["--runtime", &flavor.to_string()].map(str::to_owned);
    let runtime: Vec<&str> = runtime.iter().map(String::as_str).collect();
    let start = |name: &str, with: &[&str]| Server::start(name, &[&runtime, with].concat());
    let web = start("web", WEB)?;
    let to = web.address.to_string();
    let servers = [
        ("web", web),
        ("redis", start("redis", REDIS)?),
        ("room", start("room", ROOM)?),
        ("proxy", start("proxy", &[PROXY, &["--to", &to]].concat())?),
    ];
    let addresses = Addresses {
        web: servers[0].1.address,
        redis: servers[1].1.address,
        room: servers[2].1.address,
        proxy: servers[3].1.address,
    };
    let tally = Arc::new(Tally::default());
    let ours = Flavor::MultiThread(2).build()?;
    let (stop, stopped) = watch::channel(false);
    let idle = servers.each_ref().map(|(_, server)| server.holds());
    let all = ours.spawn(all(addresses, Arc::clone(&tally), stopped));

    let samples = sample(&servers, idle, Duration::from_secs(seconds))?;
    stop.send_replace(true);
    ours.block_on(all)?;

    let mut is_well = tally.print();
    println!(
        "\nserver       memory, KiB                               descriptors          threads"
    );
    println!(
        "             idle    2nd quarter   4th quarter   after    idle  most  after    idle  most  after"
    );
    for (at, (name, server)) in servers.iter().enumerate() {
        let idle = idle[at];
        let left = until("descriptors", LIMIT, || {
            server.holds().descriptors <= idle.descriptors
        });
        let after = server.holds();
        let quarter = |number: usize| {
            let count = samples.len() / 4;
            let part = &samples[number * count..][..count];
            let mut memory: Vec<u64> = part.iter().map(|holds| holds[at].memory_kib).collect();
            memory.sort_unstable();
            memory.get(count / 2).copied().unwrap_or(0)
        };
        let most = |of: fn(&Holds) -> u64| samples.iter().map(|it| of(&it[at])).max().unwrap_or(0);
        println!(
            "{name:9} {:7}  {:13} {:13} {:7}  {:6} {:5}  {:5}  {:6} {:5}  {:5}",
            idle.memory_kib,
            quarter(1),
            quarter(3),
            after.memory_kib,
            idle.descriptors,
            most(|holds| holds.descriptors),
            after.descriptors,
            idle.threads,
            most(|holds| holds.threads),
            after.threads
        );
        if left.is_err() {
            println!("FAILED   {name}: descriptors are left");
            is_well = false;
        }
        if idle.threads < after.threads {
            println!("FAILED   {name}: threads are left");
            is_well = false;
        }
        if quarter(1) + quarter(1) / 10 + 4096 < quarter(3) {
            println!("FAILED   {name}: memory has grown");
            is_well = false;
        }
    }
    println!();
    for (name, server) in servers {
        match server.stop() {
            Ok(said) => println!("{name}: {said}"),
            Err(error) => {
                println!("FAILED   {name}: {error}");
                is_well = false;
            }
        }
    }
    Ok(is_well)
}

/// Looks at the servers while they are loaded, and takes descriptors away now and then.
fn sample<const N: usize>(
    servers: &[(&str, Server); N],
    idle: [Holds; N],
    for_: Duration,
) -> std::io::Result<Vec<[Holds; N]>> {
    let start = Instant::now();
    let mut samples = Vec::new();
    let mut starved = false;
    while start.elapsed() < for_ {
        std::thread::sleep(SAMPLE_EVERY);
        samples.push(servers.each_ref().map(|(_, server)| server.holds()));
        let into = start.elapsed().as_millis() % STARVE_EVERY.as_millis();
        let starve = STARVE_EVERY - STARVE_FOR < Duration::from_millis(into as u64);
        if starve != starved {
            starved = starve;
            for (at, (_, server)) in servers.iter().enumerate() {
                // A few connections, and no more; or as many as it may have.
                let count = if starve {
                    idle[at].descriptors + 4
                } else {
                    u64::MAX
                };
                server.limit_descriptors(count)?;
            }
        }
    }
    for (_, server) in servers {
        server.limit_descriptors(u64::MAX)?;
    }
    Ok(samples)
}

/// Runs all clients until they are stopped.
async fn all(at: Addresses, tally: Arc<Tally>, stop: watch::Receiver<bool>) {
    let mut all = JoinSet::new();
    let mut run = Run {
        all: &mut all,
        tally,
        stop,
    };

    run.good("http/1", 8, move |_| clients::http_1(at.web));
    run.good("http/1, proxy", 4, move |_| clients::http_1(at.proxy));
    run.good("http/2", 4, move |_| clients::http_2(at.web));
    run.good("http/2, proxy", 2, move |_| clients::http_2(at.proxy));
    run.good("redis", 8, move |client| clients::redis(at.redis, client));
    run.good("redis publishes", 2, move |_| {
        clients::publishes(at.redis, 200)
    });
    run.good("room echo", 4, move |_| clients::echo(at.room));

    for (kind, address, says) in [
        ("web: silent", at.web, &b""[..]),
        ("web: half a head", at.web, b"GET / HTTP/1.1\r\nHo"),
        ("web: half a preface", at.web, b"PRI * HTTP/2.0\r\n\r\nSM"),
        ("web: no http", at.web, b"\x16\x03\x01\x00\x05hello\r\n\r\n"),
        ("proxy: silent", at.proxy, b""),
        ("redis: silent", at.redis, b""),
        ("redis: half", at.redis, b"*2\r\n$4\r\nECHO\r\n$5\r\nhe"),
        ("redis: broken", at.redis, b"*1\r\n$x\r\n"),
        ("room: silent", at.room, b""),
        (
            "room: no upgrade",
            at.room,
            b"GET /echo HTTP/1.1\r\nHost: x\r\n\r\n",
        ),
        ("room: no answer", at.room, UPGRADE),
    ] {
        run.bad(kind, 2, move || clients::stops(address, says));
    }
    for (kind, address, says, more) in [
        (
            "web: slow head",
            at.web,
            &b"GET / HTTP/1.1\r\n"[..],
            &b"X-A: b\r\n"[..],
        ),
        (
            "web: slow body",
            at.web,
            b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 9999\r\n\r\n",
            b".",
        ),
        (
            "proxy: slow head",
            at.proxy,
            b"GET / HTTP/1.1\r\n",
            b"X-A: b\r\n",
        ),
        (
            "redis: slow",
            at.redis,
            b"*2\r\n$4\r\nECHO\r\n$9999\r\n",
            b".",
        ),
        (
            "room: slow",
            at.room,
            b"GET /echo HTTP/1.1\r\n",
            b"X-A: b\r\n",
        ),
    ] {
        run.bad(kind, 2, move || clients::slow(address, says, more));
    }
    let long = Duration::from_secs(3);
    for (kind, address) in [
        ("web: never reads", at.web),
        ("proxy: never reads", at.proxy),
    ] {
        let says = b"GET /bytes/1000000000 HTTP/1.1\r\nHost: x\r\n\r\n";
        run.bad(kind, 2, move || {
            clients::never_reads(address, says, long, 1_000_000_000)
        });
    }
    run.bad("web: no window", 2, move || clients::no_window(at.web));
    run.bad("redis: never reads", 2, move || {
        clients::never_reads_answers(
            at.redis,
            b"*2\r\n$4\r\nECHO\r\n$20\r\nabcdefghijklmnopqrst\r\n",
        )
    });
    run.bad("redis: hears nothing", 2, move || {
        clients::hears_nothing(at.redis, long)
    });
    run.bad("room: talks", 2, move || clients::talks(at.room));
    for (kind, address, says, after_ms) in [
        ("web: breaks off", at.web, &b""[..], 0),
        (
            "web: breaks off, asks",
            at.web,
            b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
            0,
        ),
        (
            "web: breaks off, waits",
            at.web,
            b"GET /wait/50 HTTP/1.1\r\nHost: x\r\n\r\n",
            20,
        ),
        (
            "web: breaks off, body",
            at.web,
            b"GET /bytes/99999999 HTTP/1.1\r\nHost: x\r\n\r\n",
            5,
        ),
        (
            "web: breaks off, http/2",
            at.web,
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0",
            2,
        ),
        (
            "proxy: breaks off",
            at.proxy,
            b"GET /bytes/99999999 HTTP/1.1\r\nHost: x\r\n\r\n",
            5,
        ),
        ("redis: breaks off", at.redis, b"SUBSCRIBE flood\r\n", 5),
        ("room: breaks off", at.room, UPGRADE, 5),
    ] {
        let after = Duration::from_millis(after_ms);
        run.bad(kind, 2, move || clients::breaks_off(address, says, after));
    }
    while let Some(ended) = all.join_next().await {
        ended.expect("no client panics");
    }
}

const UPGRADE: &[u8] =
    b"GET /echo HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
    Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

/// Starts clients.
struct Run<'a> {
    all: &'a mut JoinSet<()>,
    tally: Arc<Tally>,
    stop: watch::Receiver<bool>,
}

impl Run<'_> {
    /// So many clients at once, each again and again, with its number.
    fn good<C, F>(&mut self, kind: &'static str, count: usize, client: C)
    where
        C: Fn(usize) -> F + Copy + Send + 'static,
        F: Future<Output = Ended> + Send + 'static,
    {
        for number in 0..count {
            let (tally, stop) = (Arc::clone(&self.tally), self.stop.clone());
            self.all.spawn(async move {
                while !*stop.borrow() {
                    tally.add(kind, timeout(LIMIT, client(number)).await.ok());
                    // Each connection leaves its port unusable for a minute, and there are some thirty thousand.
                    sleep(Duration::from_millis(50)).await;
                }
            });
        }
    }

    fn bad<C, F>(&mut self, kind: &'static str, count: usize, client: C)
    where
        C: Fn() -> F + Copy + Send + 'static,
        F: Future<Output = Ended> + Send + 'static,
    {
        self.good(kind, count, move |_| client());
    }
}

impl Tally {
    /// Adds what has come of a client; `None` if it did not come to its end.
    fn add(&self, kind: &'static str, ended: Option<Ended>) {
        let mut kinds = self.kinds.lock().unwrap();
        let counts = kinds.entry(kind).or_default();
        let what = match ended {
            Some(Ok(answered)) => return counts.answered += answered,
            Some(Err(Trouble::Refused)) => return counts.refused += 1,
            Some(Err(Trouble::Wrong(what))) => what,
            None => format!("it has not come to its end within {LIMIT:?}"),
        };
        counts.wrong += 1;
        let mut wrong = self.wrong.lock().unwrap();
        if wrong.len() < 20 {
            wrong.push(format!("{kind}: {what}"));
        }
    }

    /// Prints all, and returns whether nothing was wrong, and every kind has come to something.
    fn print(&self) -> bool {
        println!("client                      answered, or sent away   refused     wrong");
        let mut is_well = true;
        for (kind, counts) in &*self.kinds.lock().unwrap() {
            let Counts {
                answered,
                refused,
                wrong,
            } = counts;
            println!("{kind:24} {answered:25} {refused:9} {wrong:9}");
            is_well &= *wrong == 0 && 0 < *answered;
        }
        for what in &*self.wrong.lock().unwrap() {
            println!("FAILED   {what}");
        }
        is_well
    }
}
