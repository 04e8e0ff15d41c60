//! The same program on our runtime and on tokio, in turn.
//!
//! Both servers run all the time, and one of them is loaded at once. A round loads each, ours first in one round and
//! last in the next. So what else the machine does falls on both. The table has the median of the rounds' ratios, and
//! between which values half of them lie.
//!
//! The processor time is that of the server's threads, as the system counts it. It is what one should look at on a
//! machine whose processors also run the load.

use std::error::Error;
use std::io::{Read, Write};
use std::net::TcpStream;

use servers::arguments::Arguments;

use super::process::Server;
use super::tools::{self, Load};

const OURS: &str = "web";
const TOKIO: &str = "web_on_tokio";

/// How a page is asked for.
#[derive(Clone, Copy)]
enum Protocol {
    /// By `wrk`.
    Http1,
    /// By `h2load`, which knows without asking that the server speaks it.
    Http2,
}

const RACES: [(Protocol, &str); 3] = [
    (Protocol::Http1, "/"),
    (Protocol::Http1, "/bytes/100000"),
    (Protocol::Http2, "/"),
];

/// What one load has cost.
#[derive(Clone, Copy)]
struct Cost {
    load: Load,
    processor_us: f64,
}

/// Races both flavors.
///
/// # Errors
///
/// If a server cannot be started, or does not answer.
pub fn run(arguments: &Arguments) -> Result<bool, Box<dyn Error>> {
    let rounds: usize = arguments.get("--rounds", 7);
    let load_ms: u64 = arguments.get("--load-ms", 2000);
    let idle: u64 = arguments.get("--idle", 5000);
    println!("ours beside tokio: the median of the ratios of {rounds} rounds (quartiles)\n");
    println!(
        "flavor   asked   page        requests/s           p99                  processor/request    ours"
    );
    for flavor in ["current", "2"] {
        for (protocol, page) in RACES {
            let name = format!("{:8} {:7} {page:14}", flavor_name(flavor), protocol.name());
            match race(flavor, protocol, page, rounds, load_ms)? {
                Ok(row) => println!("{name} {row}"),
                Err(missing) => println!("{name} skipped: there is no {missing} here"),
            }
        }
    }
    println!("\nmemory of a connection that has been answered and is idle, of {idle}:");
    for flavor in ["current", "2"] {
        let ours = memory(OURS, flavor, idle)?;
        let tokio = memory(TOKIO, flavor, idle)?;
        println!(
            "{:8} ours {:.2} KiB   tokio {:.2} KiB   ratio {:.2}",
            flavor_name(flavor),
            ours,
            tokio,
            ours / tokio
        );
    }
    Ok(true)
}

/// Races one page. Returns its row, or which program is missing that would ask for it.
fn race(
    flavor: &str,
    protocol: Protocol,
    page: &str,
    rounds: usize,
    load_ms: u64,
) -> Result<Result<String, &'static str>, String> {
    let servers = [OURS, TOKIO].map(|name| Server::start(name, &["--runtime", flavor]));
    let [ours, tokio] = servers;
    let (ours, tokio) = (ours?, tokio?);
    let mut pairs = Vec::new();
    for round in 0..rounds {
        let in_turn = match round % 2 {
            0 => [&ours, &tokio],
            _ => [&tokio, &ours],
        };
        let [first, second] = in_turn.map(|server| load(server, protocol, page, load_ms));
        let (Some(first), Some(second)) = (first?, second?) else {
            return Ok(Err(protocol.program()));
        };
        pairs.push(match round % 2 {
            0 => (first, second),
            _ => (second, first),
        });
    }
    let ratio = |of: fn(&Cost) -> f64| {
        let ratios = pairs.iter().map(|(ours, tokio)| of(ours) / of(tokio));
        quartiles(ratios.collect())
    };
    let mut absolute: Vec<f64> = pairs.iter().map(|(ours, _)| ours.processor_us).collect();
    absolute.sort_by(f64::total_cmp);
    Ok(Ok(format!(
        "{}   {}   {}   {:.1} us",
        ratio(|cost| cost.load.rate),
        ratio(|cost| cost.load.p99_ms),
        ratio(|cost| cost.processor_us),
        absolute[absolute.len() / 2],
    )))
}

impl Protocol {
    fn name(self) -> &'static str {
        match self {
            Protocol::Http1 => "HTTP/1",
            Protocol::Http2 => "HTTP/2",
        }
    }

    /// What asks.
    fn program(self) -> &'static str {
        match self {
            Protocol::Http1 => "wrk",
            Protocol::Http2 => "h2load",
        }
    }
}

fn flavor_name(flavor: &str) -> String {
    match flavor {
        "current" => "current".to_owned(),
        threads => format!("multi({threads})"),
    }
}

/// Loads a server with 64 requests at once. `None` if the program is not here that does it.
fn load(server: &Server, protocol: Protocol, page: &str, ms: u64) -> Result<Option<Cost>, String> {
    let url = server.url(page);
    let before = server.processor();
    let load = match protocol {
        Protocol::Http1 => tools::wrk(&url, 64, ms)?,
        Protocol::Http2 => tools::h2load(&url, 8, 8, ms)?,
    };
    let spent = server.processor() - before;
    Ok(load.map(|load| Cost {
        load,
        processor_us: spent.as_secs_f64() * 1e6 / load.requests as f64,
    }))
}

/// What a connection takes, in KiB, when so many have asked once and are idle.
fn memory(program: &str, flavor: &str, count: u64) -> Result<f64, String> {
    let server = Server::start(program, &["--runtime", flavor, "--head-ms", "600000"])?;
    let ask = |client: &mut TcpStream| -> Result<(), String> {
        let asked = client.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        asked.map_err(|error| error.to_string())?;
        let mut answer = Vec::new();
        let mut buffer = [0; 512];
        while !answer.ends_with(b"hello\n") {
            match client.read(&mut buffer) {
                Ok(length @ 1..) => answer.extend_from_slice(&buffer[..length]),
                Ok(0) => return Err("the connection has ended".to_owned()),
                Err(error) => return Err(error.to_string()),
            }
        }
        Ok(())
    };
    // What the first connections take is the server's own.
    let mut first = server.connect()?;
    ask(&mut first)?;
    let before = server.holds().memory_kib;
    let mut clients = Vec::new();
    for _ in 0..count {
        let mut client = server.connect()?;
        ask(&mut client)?;
        clients.push(client);
    }
    let after = server.holds().memory_kib;
    Ok((after - before) as f64 / count as f64)
}

/// The median, and between what half of them lie.
fn quartiles(mut ratios: Vec<f64>) -> String {
    ratios.sort_by(f64::total_cmp);
    let at = |part: f64| ratios[((ratios.len() - 1) as f64 * part).round() as usize];
    format!("{:.2} ({:.2}..{:.2})", at(0.5), at(0.25), at(0.75))
}
