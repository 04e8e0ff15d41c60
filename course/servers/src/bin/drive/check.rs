//! What the servers answer.

use std::error::Error;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use async_tungstenite::tungstenite::Message;
use async_tungstenite::{WebSocketStream, client_async};
use futures_util::StreamExt;
use servers::app::BODY_MAX;
use servers::arguments::{Arguments, Flavor};

use super::process::Server;
use super::report::{Checked, Outcome, Report, passed, same, until};
use super::tools::{self, Ran};

/// Short limits, so that the checks need not wait long for them. Nothing here measures how long they are.
const WEB: [&str; 8] = [
    "--head-ms",
    "400",
    "--write-ms",
    "400",
    "--ping-ms",
    "2000",
    "--connections",
    "64",
];
const REDIS: [&str; 6] = [
    "--request-ms",
    "400",
    "--write-ms",
    "400",
    "--connections",
    "64",
];

/// What never comes.
const LIMIT: Duration = Duration::from_secs(20);

/// Runs all checks, on both flavors.
///
/// # Errors
///
/// If a server cannot be started.
pub fn run(arguments: &Arguments) -> Result<bool, Box<dyn Error>> {
    let load_ms: u64 = arguments.get("--load-ms", 1000);
    let mut report = Report::default();
    for flavor in ["current", "2"] {
        let runtime = ["--runtime", flavor];
        web(&mut report, flavor, &[&WEB[..], &runtime].concat(), load_ms)?;
        https(&mut report, flavor, &[&WEB[..], &runtime].concat())?;
        redis(
            &mut report,
            flavor,
            &[&REDIS[..], &runtime].concat(),
            load_ms,
        )?;
        room(&mut report, flavor, &runtime)?;
        proxy(&mut report, flavor, &runtime)?;
    }
    Ok(report.end())
}

fn web(report: &mut Report, flavor: &str, arguments: &[&str], load_ms: u64) -> Result<(), String> {
    let server = Server::start("web", arguments)?;
    let idle = server.holds().descriptors;
    let mut check = |name: &str, check: &dyn Fn() -> Checked| {
        report.check(&format!("web, {flavor}: {name}"), check);
    };
    for (version, flag) in [("1.1", "--http1.1"), ("2", "--http2-prior-knowledge")] {
        check(&format!("curl, HTTP/{version}"), &|| {
            let url = server.url("/");
            let arguments = ["-sS", flag, "-w%{http_version} %{http_code}", &url];
            tools::check("curl", &arguments, b"", |said| {
                same("the answer", text(said), format!("hello\n{version} 200"))?;
                passed()
            })
        });
        check(&format!("a body there and back, HTTP/{version}"), &|| {
            let body: Vec<u8> = (0..300_000_u32)
                .flat_map(u32::to_le_bytes)
                .take(1 << 20)
                .collect();
            let url = server.url("/echo");
            let arguments = ["-sS", flag, "-H", "Expect:", "--data-binary", "@-", &url];
            tools::check("curl", &arguments, &body, |said| match said == body {
                true => passed(),
                false => Err(format!("{} bytes came back, or others", said.len())),
            })
        });
        check(&format!("a large answer, HTTP/{version}"), &|| {
            let url = server.url("/bytes/20000000");
            tools::check("curl", &["-sS", flag, &url], b"", |said| {
                same("bytes", said.len(), 20_000_000)?;
                passed()
            })
        });
        check(&format!("no such page, HTTP/{version}"), &|| {
            let url = server.url("/none");
            let arguments = ["-sS", flag, "-o/dev/null", "-w%{http_code}", &url];
            tools::check("curl", &arguments, b"", |said| {
                same("the answer", text(said), "404".to_owned())?;
                passed()
            })
        });
    }
    check("two requests on one connection", &|| {
        let url = server.url("/");
        let arguments = ["-sS", "-w%{num_connects}\n", &url, &url];
        tools::check("curl", &arguments, b"", |said| {
            same("the answers", text(said), "hello\n1\nhello\n0\n".to_owned())?;
            passed()
        })
    });
    check("a body that is too large", &|| {
        let mut client = server.connect()?;
        // It says so at once, without having seen all.
        say(
            &mut client,
            b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2000000\r\n\r\n",
        )?;
        say(&mut client, &vec![b'x'; BODY_MAX + 1])?;
        let mut head = [0; 12];
        client
            .read_exact(&mut head)
            .map_err(|error| error.to_string())?;
        same("the answer", text(&head), "HTTP/1.1 413".to_owned())?;
        passed()
    });
    check(
        "wrk",
        &|| match tools::wrk(&server.url("/"), 32, load_ms)? {
            Some(load) => Ok(Outcome::Passed(format!("{} requests", load.requests))),
            None => Ok(Outcome::Skipped("there is no wrk here".to_owned())),
        },
    );
    check(
        "h2load",
        &|| match tools::h2load(&server.url("/"), 8, 4, load_ms)? {
            Some(load) => Ok(Outcome::Passed(format!("{} requests", load.requests))),
            None => Ok(Outcome::Skipped("there is no h2load here".to_owned())),
        },
    );
    check("a client that says nothing is sent away", &|| {
        ends(&mut server.connect()?, "the connection")
    });
    check("a client that begins a head is sent away", &|| {
        let mut client = server.connect()?;
        say(&mut client, b"GET / HTTP/1.1\r\nHost: x\r\nX-")?;
        ends(&mut client, "the connection")
    });
    check("a client that begins like HTTP/2 is sent away", &|| {
        let mut client = server.connect()?;
        say(&mut client, b"PRI * HT")?;
        ends(&mut client, "the connection")
    });
    check("HTTP/2, a byte at a time", &|| {
        let mut client = server.connect()?;
        drop(client.set_nodelay(true));
        // The preface, and a frame with no settings.
        for byte in b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0" {
            say(&mut client, &[*byte])?;
        }
        let mut head = [0; 9];
        client
            .read_exact(&mut head)
            .map_err(|error| error.to_string())?;
        same("the kind of the first frame", head[3], 4)?;
        passed()
    });
    check("a client that never reads is sent away", &|| {
        let held = || server.holds().descriptors;
        until("the clients before it are gone", LIMIT, || held() <= idle)?;
        let mut client = server.connect()?;
        say(
            &mut client,
            b"GET /bytes/1000000000 HTTP/1.1\r\nHost: x\r\n\r\n",
        )?;
        // Only when the server has given it up, we look at what it was sent.
        until("the server accepts it", LIMIT, || idle < held())?;
        until("the server gives it up", LIMIT, || held() <= idle)?;
        let mut sent = 0_usize;
        let mut buffer = vec![0; 1 << 16];
        while let Ok(length @ 1..) = client.read(&mut buffer) {
            sent += length;
        }
        match sent < 1_000_000_000 {
            true => passed(),
            false => Err("it was sent all".to_owned()),
        }
    });
    check("no more connections than there may be", &|| {
        let mut held: Vec<TcpStream> = Vec::new();
        for _ in 0..64 {
            let mut client = server.connect()?;
            say(&mut client, b"GET /wait/1500 HTTP/1.1\r\nHost: x\r\n\r\n")?;
            held.push(client);
        }
        let mut late = server.connect()?;
        say(
            &mut late,
            b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        )?;
        // Those that were accepted are answered first: the late one is accepted only when one of them has ended.
        let descriptors = server.holds().descriptors;
        let mut answer = String::new();
        late.read_to_string(&mut answer)
            .map_err(|error| error.to_string())?;
        if !answer.ends_with("hello\n") {
            return Err(format!("it was answered {answer:?}"));
        }
        match descriptors < 64 + 32 {
            true => passed(),
            false => Err(format!("{descriptors} descriptors are open")),
        }
    });
    report.check(
        &format!("web, {flavor}: what was asked is answered at the end"),
        || {
            let mut client = server.connect()?;
            let before = requests(&server)?;
            say(&mut client, b"GET /wait/700 HTTP/1.1\r\nHost: x\r\n\r\n")?;
            // Two more: the one that waits, and this question. (Each question is one, too.)
            let mut asked = 0;
            until("the request arrives", LIMIT, || {
                asked += 1;
                requests(&server).is_ok_and(|now| before + asked < now)
            })?;
            let said = server.stop()?;
            let mut answer = String::new();
            client
                .read_to_string(&mut answer)
                .map_err(|error| error.to_string())?;
            match answer.ends_with("late\n") {
                true => Ok(Outcome::Passed(said)),
                false => Err(format!("it was answered {answer:?}")),
            }
        },
    );
    Ok(())
}

/// How many requests the server has had, without this one.
fn requests(server: &Server) -> Result<u64, String> {
    let mut client = server.connect()?;
    say(
        &mut client,
        b"GET /requests HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    )?;
    let mut answer = String::new();
    client
        .read_to_string(&mut answer)
        .map_err(|error| error.to_string())?;
    let count = answer.lines().last().and_then(|line| line.parse().ok());
    count.ok_or(format!("no number: {answer:?}"))
}

fn https(report: &mut Report, flavor: &str, arguments: &[&str]) -> Result<(), String> {
    let file = std::env::temp_dir().join(format!("servers-{}.pem", std::process::id()));
    let path = file.display().to_string();
    let server = Server::start(
        "web",
        &[arguments, &["--tls", "yes", "--certificate", &path]].concat(),
    )?;
    let url = format!("https://localhost:{}", server.address.port());
    let connect = format!("localhost:{0}:127.0.0.1:{0}", server.address.port());
    for (version, flag) in [("1.1", "--http1.1"), ("2", "--http2")] {
        report.check(&format!("https, {flavor}: curl, HTTP/{version}"), || {
            let (hello, large) = (format!("{url}/"), format!("{url}/bytes/5000000"));
            let with = [
                "-sS",
                flag,
                "--cacert",
                &path,
                "--connect-to",
                &connect,
                "-w%{http_version}",
            ];
            tools::check(
                "curl",
                &[&with[..], &[&hello, &large]].concat(),
                b"",
                |said| {
                    let wanted = format!("hello\n{version}{}{version}", ".".repeat(5_000_000));
                    match said == wanted.as_bytes() {
                        true => passed(),
                        false => Err(format!("{} bytes in place of {}", said.len(), wanted.len())),
                    }
                },
            )
        });
    }
    report.check(
        &format!("https, {flavor}: a client without the certificate goes"),
        || match tools::run(
            "curl",
            &["-sS", "--connect-to", &connect, &format!("{url}/")],
            b"",
        ) {
            Err(why) if why.contains("certificate") => passed(),
            Ok(Ran::Missing(_)) => Ok(Outcome::Skipped("there is no curl here".to_owned())),
            Ok(Ran::Said(_)) => Err("it was answered".to_owned()),
            Err(why) => Err(why),
        },
    );
    report.check(
        &format!("https, {flavor}: a client that speaks no TLS is sent away"),
        || {
            let mut client = server.connect()?;
            say(&mut client, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")?;
            ends(&mut client, "the connection")
        },
    );
    report.check(
        &format!("https, {flavor}: a client that says nothing is sent away"),
        || ends(&mut server.connect()?, "the connection"),
    );
    drop(std::fs::remove_file(file));
    report.check(&format!("https, {flavor}: the end"), || {
        server.stop().map(Outcome::Passed)
    });
    Ok(())
}

/// What `redis-cli` is asked, and what it says.
const CLI: &[(&[&str], &str)] = &[
    (&["PING"], "PONG"),
    (&["ECHO", "hello world"], "hello world"),
    (&["SET", "a", "1", "EX", "100"], "OK"),
    (&["TTL", "a"], "100"),
    (&["INCR", "a"], "2"),
    (&["DECRBY", "a", "5"], "-3"),
    (&["SET", "a", "x", "NX"], ""),
    (&["PERSIST", "a"], "1"),
    (&["TTL", "a"], "-1"),
    (&["TTL", "none"], "-2"),
    (&["MSET", "b", "two", "c", "three"], "OK"),
    (&["MGET", "a", "b", "none", "c"], "-3\ntwo\n\nthree"),
    (&["APPEND", "b", "+"], "4"),
    (&["STRLEN", "b"], "4"),
    (
        &["INCR", "b"],
        "ERR value is not an integer or out of range",
    ),
    (&["RPUSH", "l", "1", "2", "3"], "3"),
    (&["LPUSH", "l", "0", "-1"], "5"),
    (&["LRANGE", "l", "0", "-1"], "-1\n0\n1\n2\n3"),
    (&["LRANGE", "l", "-2", "99"], "2\n3"),
    (&["LRANGE", "l", "3", "1"], ""),
    (&["RPOP", "l"], "3"),
    (&["LLEN", "l"], "4"),
    (
        &["GET", "l"],
        "WRONGTYPE Operation against a key holding the wrong kind of value",
    ),
    (&["TYPE", "l"], "list"),
    (&["EXISTS", "a", "b", "none"], "2"),
    (&["DEL", "a", "l", "none"], "2"),
    (&["EXPIRE", "b", "0"], "1"),
    (&["GET", "b"], ""),
    (&["DBSIZE"], "1"),
    (&["CONFIG", "GET", "save"], "save"),
    (&["SELECT", "3"], "ERR DB index is out of range"),
    (&["HELLO", "3"], "NOPROTO unsupported protocol version"),
    (&["SADD", "s", "1"], "ERR unknown command 'SADD'"),
    (&["GET"], "ERR wrong number of arguments for 'get' command"),
    (&["FLUSHALL"], "OK"),
];

fn redis(
    report: &mut Report,
    flavor: &str,
    arguments: &[&str],
    load_ms: u64,
) -> Result<(), String> {
    let server = Server::start("redis", arguments)?;
    let port = server.address.port().to_string();
    let mut check = |name: &str, check: &dyn Fn() -> Checked| {
        report.check(&format!("redis, {flavor}: {name}"), check);
    };
    check("redis-cli", &|| {
        for (asked, wanted) in CLI {
            let Ran::Said(said) = tools::run("redis-cli", &[&["-p", &port], *asked].concat(), b"")?
            else {
                return Ok(Outcome::Skipped("there is no redis-cli here".to_owned()));
            };
            same(
                &asked.join(" "),
                text(&said).trim().to_owned(),
                (*wanted).to_owned(),
            )?;
        }
        Ok(Outcome::Passed(format!("{} commands", CLI.len())))
    });
    for depth in ["1", "16"] {
        check(&format!("redis-benchmark, {depth} at once"), &|| {
            let count = (load_ms * 20).to_string();
            let tests = "ping,set,get,incr,lpush,rpush,lpop,rpop,lrange_100,mset";
            let with = [
                "-p", &port, "-q", "-c", "32", "-n", &count, "-P", depth, "-t", tests, "--csv",
            ];
            tools::check("redis-benchmark", &with, b"", |said| {
                let said = text(said);
                match said.lines().filter(|line| line.starts_with('"')).count() {
                    12.. if !said.contains("rror") => passed(),
                    _ => Err(said),
                }
            })
        });
    }
    check("a key expires when nobody asks", &|| {
        let mut client = server.connect()?;
        talk(
            &mut client,
            b"FLUSHALL\r\nSET k v PX 30\r\nDBSIZE\r\n",
            b"+OK\r\n+OK\r\n:1\r\n",
        )?;
        until("it is gone", LIMIT, || {
            talk(&mut client, b"DBSIZE\r\n", b":0\r\n").is_ok()
        })?;
        passed()
    });
    check("ten thousand requests at once", &|| {
        let mut client = server.connect()?;
        let mut answers = vec![0; 10_000 * 7];
        let mut writer = client.try_clone().map_err(|error| error.to_string())?;
        let ask =
            std::thread::spawn(move || writer.write_all(&b"*1\r\n$4\r\nPING\r\n".repeat(10_000)));
        client
            .read_exact(&mut answers)
            .map_err(|error| error.to_string())?;
        ask.join().unwrap().map_err(|error| error.to_string())?;
        same("the answers", answers == b"+PONG\r\n".repeat(10_000), true)?;
        passed()
    });
    check("a request in pieces, and a long one", &|| {
        let mut client = server.connect()?;
        drop(client.set_nodelay(true));
        for byte in b"*2\r\n$4\r\nECHO\r\n$2\r\nhi\r\n" {
            say(&mut client, &[*byte])?;
        }
        talk(&mut client, b"", b"$2\r\nhi\r\n")?;
        let long = vec![b'x'; 500_000];
        let bulk = [b"$500000\r\n", &long[..], b"\r\n"].concat();
        talk(
            &mut client,
            &[b"*2\r\n$4\r\nECHO\r\n", &bulk[..]].concat(),
            &bulk,
        )?;
        talk(&mut client, b"PING\r\n", b"+PONG\r\n")?;
        passed()
    });
    check("what is no request ends the connection", &|| {
        for broken in [
            &b"*x\r\n"[..],
            b"*2000000000\r\n",
            b"*1\r\n+OK\r\n",
            b"*1\r\n$-1\r\n",
            b"*1\r\n$600000\r\n",
            b"*1\r\n$2\r\nabcd",
            b"*1\r\n$00000000000000000000000000000001\r\n",
        ] {
            let mut client = server.connect()?;
            say(&mut client, &[b"PING\r\n", broken].concat())?;
            let mut answer = String::new();
            client
                .read_to_string(&mut answer)
                .map_err(|error| error.to_string())?;
            if !answer.starts_with("+PONG\r\n-ERR Protocol error") {
                return Err(format!("{:?} was answered {answer:?}", text(broken)));
            }
        }
        passed()
    });
    check(
        "half a request is sent away, also if it goes on slowly",
        &|| {
            let mut client = server.connect()?;
            say(&mut client, b"*2\r\n$4\r\nECHO\r\n$100\r\n")?;
            let mut slow = client.try_clone().map_err(|error| error.to_string())?;
            let slowly = std::thread::spawn(move || {
                while slow.write_all(b"x").is_ok() {
                    std::thread::sleep(Duration::from_millis(50));
                }
            });
            let ended = ends(&mut client, "the connection");
            slowly.join().unwrap();
            ended
        },
    );
    check("subscribers hear what is published", &|| {
        let (mut one, mut two, mut speaker) =
            (server.connect()?, server.connect()?, server.connect()?);
        let subscribed = b"*3\r\n$9\r\nsubscribe\r\n$4\r\nnews\r\n:1\r\n";
        talk(&mut one, b"SUBSCRIBE news\r\n", subscribed)?;
        talk(&mut two, b"SUBSCRIBE news\r\n", subscribed)?;
        talk(&mut speaker, b"PUBLISH news hello\r\n", b":2\r\n")?;
        let message = b"*3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$5\r\nhello\r\n";
        talk(&mut one, b"", message)?;
        talk(&mut two, b"", message)?;
        talk(
            &mut one,
            b"UNSUBSCRIBE\r\n",
            b"*3\r\n$11\r\nunsubscribe\r\n$4\r\nnews\r\n:0\r\n",
        )?;
        talk(&mut one, b"GET x\r\n", b"$-1\r\n")?;
        drop(two);
        let mut nobody = || talk(&mut speaker, b"PUBLISH news hello\r\n", b":0\r\n");
        until("nobody listens", LIMIT, || nobody().is_ok())?;
        passed()
    });
    check("who takes nothing costs little, and is sent away", &|| {
        let mut sleeper = server.connect()?;
        talk(
            &mut sleeper,
            b"SUBSCRIBE flood\r\n",
            b"*3\r\n$9\r\nsubscribe\r\n$5\r\nflood\r\n:1\r\n",
        )?;
        let mut speaker = server.connect()?;
        let loud = [
            b"*3\r\n$7\r\nPUBLISH\r\n$5\r\nflood\r\n$10000\r\n",
            &[b'.'; 10_000][..],
            b"\r\n",
        ]
        .concat();
        let before = server.holds().memory_kib;
        let mut most = before;
        until("it is thrown out", LIMIT, || {
            most = most.max(server.holds().memory_kib);
            talk(&mut speaker, &loud, b":0\r\n").is_ok()
        })?;
        // 1024 messages of 10 kB wait for it at most, and the sockets' own buffers.
        match most < before + 40_000 {
            true => Ok(Outcome::Passed(format!("{} KiB at most", most - before))),
            false => Err(format!("{} KiB more than before", most - before)),
        }
    });
    report.check(&format!("redis, {flavor}: the end"), || {
        server.stop().map(Outcome::Passed)
    });
    Ok(())
}

fn room(report: &mut Report, flavor: &str, arguments: &[&str]) -> Result<(), String> {
    let server = Arc::new(Server::start(
        "room",
        &[arguments, &["--ping-ms", "300"]].concat(),
    )?);
    let ours = Flavor::CurrentThread
        .build()
        .map_err(|error| error.to_string())?;
    let address = server.address;
    let join = async |path: &str| {
        let stream = reveille::net::TcpStream::connect(address).await?;
        let (socket, _) = client_async(format!("ws://{address}{path}"), stream).await?;
        Ok::<_, async_tungstenite::tungstenite::Error>(socket)
    };
    report.check(&format!("room, {flavor}: echo"), || {
        ours.block_on(async {
            let mut socket = join("/echo").await?;
            for said in [Message::text("hello"), Message::binary(vec![7; 60_000])] {
                socket.send(said.clone()).await?;
                let heard = next(&mut socket).await?;
                if heard != said {
                    return Ok(Err(format!("{} bytes came back, or others", heard.len())));
                }
            }
            // Longer than a message may be.
            socket.send(Message::binary(vec![7; 100_000])).await?;
            let refused = loop {
                match socket.next().await {
                    Some(Ok(message)) if message.is_close() => {}
                    Some(Ok(_)) => break false,
                    Some(Err(_)) | None => break true,
                }
            };
            Ok(if refused {
                passed()
            } else {
                Err("a long message came back".to_owned())
            })
        })
        .unwrap_or_else(|error: async_tungstenite::tungstenite::Error| Err(error.to_string()))
    });
    report.check(&format!("room, {flavor}: all hear what one says"), || {
        ours.block_on(async {
            let mut all = Vec::new();
            for _ in 0..20 {
                all.push(join("/room").await?);
            }
            // Each is in the room when it hears something, so each hears what it says itself, first.
            for (at, socket) in all.iter_mut().enumerate() {
                socket.send(Message::text(format!("{at}"))).await?;
                while next(socket).await? != Message::text(format!("{at}")) {}
            }
            all[0].send(Message::text("end")).await?;
            for socket in &mut all {
                while next(socket).await? != Message::text("end") {}
            }
            Ok(passed())
        })
        .unwrap_or_else(|error: async_tungstenite::tungstenite::Error| Err(error.to_string()))
    });
    report.check(&format!("room, {flavor}: no such place"), || {
        match ours.block_on(join("/none")) {
            Err(async_tungstenite::tungstenite::Error::Http(response)) => {
                same("the answer", response.status().as_u16(), 404)?;
                passed()
            }
            Err(error) => Err(error.to_string()),
            Ok(_) => Err("it was let in".to_owned()),
        }
    });
    report.check(
        &format!("room, {flavor}: a client that does not answer is sent away"),
        || {
            let mut client = server.connect()?;
            say(
                &mut client,
                b"GET /echo HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
              Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
            )?;
            ends(&mut client, "the connection")
        },
    );
    report.check(&format!("room, {flavor}: at the end all are told"), || {
        ours.block_on(async {
            let mut socket = join("/room").await?;
            socket.send(Message::text("hello")).await?;
            next(&mut socket).await?;
            server.interrupt();
            let told = loop {
                match socket.next().await {
                    Some(Ok(Message::Close(Some(frame)))) => break frame.reason.to_string(),
                    Some(Ok(_)) => {}
                    Some(Err(error)) => return Ok(Err(error.to_string())),
                    None => break String::new(),
                }
            };
            same("it is told", told, "the server stops".to_owned())?;
            Ok(passed())
        })
        .unwrap_or_else(|error: Told| Err(error.0))?;
        passed()
    });
    report.check(&format!("room, {flavor}: the end"), || {
        let server = Arc::into_inner(server).expect("nothing else has it");
        server.stop().map(Outcome::Passed)
    });
    Ok(())
}

/// An error of either kind.
struct Told(String);

impl From<String> for Told {
    fn from(error: String) -> Told {
        Told(error)
    }
}

impl From<async_tungstenite::tungstenite::Error> for Told {
    fn from(error: async_tungstenite::tungstenite::Error) -> Told {
        Told(error.to_string())
    }
}

/// The next message that says something.
async fn next<S>(
    socket: &mut WebSocketStream<S>,
) -> Result<Message, async_tungstenite::tungstenite::Error>
where
    S: futures_util::AsyncRead + futures_util::AsyncWrite + Unpin,
{
    loop {
        match socket.next().await {
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
            Some(message) => return message,
            None => return Err(async_tungstenite::tungstenite::Error::ConnectionClosed),
        }
    }
}

fn proxy(report: &mut Report, flavor: &str, runtime: &[&str]) -> Result<(), String> {
    let web = Server::start("web", runtime)?;
    let redis = Server::start("redis", runtime)?;
    let (to_web, to_redis) = (web.address.to_string(), redis.address.to_string());
    let with = [runtime, &["--idle-ms", "300", "--connect-ms", "1000"]].concat();
    let before_web = Server::start("proxy", &[&with[..], &["--to", &to_web]].concat())?;
    let before_redis = Server::start("proxy", &[&with[..], &["--to", &to_redis]].concat())?;
    let before_nothing = Server::start("proxy", &[&with[..], &["--to", "127.0.0.1:1"]].concat())?;
    let mut check = |name: &str, check: &dyn Fn() -> Checked| {
        report.check(&format!("proxy, {flavor}: {name}"), check);
    };
    check("curl, through it", &|| {
        let (hello, large) = (before_web.url("/"), before_web.url("/bytes/20000000"));
        tools::check("curl", &["-sS", &hello, &large], b"", |said| {
            same("bytes", said.len(), 6 + 20_000_000)?;
            passed()
        })
    });
    check(
        "the end of one side is passed on, and the other goes on",
        &|| {
            let mut client = before_redis.connect()?;
            say(&mut client, &b"ECHO hello\r\n".repeat(1000))?;
            client
                .shutdown(Shutdown::Write)
                .map_err(|error| error.to_string())?;
            let mut answers = Vec::new();
            client
                .read_to_end(&mut answers)
                .map_err(|error| error.to_string())?;
            same(
                "all answers",
                answers == b"$5\r\nhello\r\n".repeat(1000),
                true,
            )?;
            passed()
        },
    );
    check("a connection that moves nothing is ended", &|| {
        ends(&mut before_redis.connect()?, "it")
    });
    check("a server that is not there", &|| {
        ends(&mut before_nothing.connect()?, "it")
    });
    check("no descriptor is left", &|| {
        // A listener, and what the runtime has for itself: the same as in the proxy that nobody could use.
        let idle = before_nothing.holds().descriptors;
        until("all are closed", LIMIT, || {
            before_redis.holds().descriptors <= idle
        })?;
        passed()
    });
    for (name, server) in [
        ("web", before_web),
        ("redis", before_redis),
        ("nothing", before_nothing),
    ] {
        report.check(&format!("proxy, {flavor}: the end, before {name}"), || {
            server.stop().map(Outcome::Passed)
        });
    }
    Ok(())
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn say(client: &mut TcpStream, bytes: &[u8]) -> Result<(), String> {
    client.write_all(bytes).map_err(|error| error.to_string())
}

/// Says something, and reads as much as the answer has to be.
fn talk(client: &mut TcpStream, say_: &[u8], wanted: &[u8]) -> Result<(), String> {
    say(client, say_)?;
    let mut heard = vec![0; wanted.len()];
    client
        .read_exact(&mut heard)
        .map_err(|error| error.to_string())?;
    match heard == wanted {
        true => Ok(()),
        false => Err(format!("{:?} in place of {:?}", text(&heard), text(wanted))),
    }
}

/// Waits until the other side ends the connection, in one way or the other.
fn ends(client: &mut TcpStream, what: &str) -> Checked {
    let mut rest = Vec::new();
    match client.read_to_end(&mut rest) {
        Ok(_) => passed(),
        Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => passed(),
        Err(error) => Err(format!("{what} is not ended: {error}")),
    }
}
