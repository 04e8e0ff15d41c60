//! The chapter's program: a chat with time limits, and with `--mine` it is the reader's.
//!
//! ```text
//! (echo limit 30000; cat) | cargo course run 9 chat_timeouts       the server
//! cargo course run 9 chat_timeouts < SCRIPT                        a session with it, of which all lines are shown
//! ```
//!
//! A script begins with the limit. Then it has a line for each thing that happens, such as `ann joins`, `ann says hello`
//! and `ann leaves`. After each of them, this reads a line for each other client that is there. `ann hears` reads one for
//! ann only.

use std::io::{self, BufRead, BufReader, Write};
use std::net::TcpStream;
use std::os::fd::AsFd;
use std::os::unix::fs::FileTypeExt;
use std::process::{Command, ExitCode, Stdio, Termination};

mod program {
    include!(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/programs/chat_timeouts.rs"
    ));

    #[allow(clippy::unit_arg, reason = "an empty `main` returns `()`")]
    pub fn start() -> std::process::ExitCode {
        std::process::Termination::report(main())
    }
}

fn main() -> ExitCode {
    match is_pipe() {
        Ok(true) => program::start(),
        Ok(false) => play().report(),
        Err(error) => Err::<(), io::Error>(error).report(),
    }
}

/// Whether standard input is a pipe: then this is the server.
fn is_pipe() -> io::Result<bool> {
    let input = std::fs::File::from(io::stdin().as_fd().try_clone_to_owned()?);
    Ok(input.metadata()?.file_type().is_fifo())
}

struct Client {
    name: String,
    stream: BufReader<TcpStream>,
}

impl Client {
    /// Shows the next line that it hears. Returns whether there was one.
    fn hear(&mut self) -> io::Result<bool> {
        let mut line = String::new();
        let is_end = self.stream.read_line(&mut line)? == 0;
        let line = if is_end { "(the end)" } else { line.trim_end() };
        println!("    {} < {line}", self.name);
        Ok(!is_end)
    }

    fn say(&mut self, line: &str) -> io::Result<()> {
        writeln!(self.stream.get_mut(), "{line}")
    }
}

/// Starts the server, and plays all clients.
fn play() -> io::Result<()> {
    let mut server = Command::new(std::env::current_exe()?)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut input = server.stdin.take().expect("it is piped");
    let mut output = BufReader::new(server.stdout.take().expect("it is piped"));
    let mut script = io::stdin().lock().lines();
    // The server reads its limit first.
    let limit = script.next().transpose()?.unwrap_or_default();
    println!("{limit}");
    writeln!(input, "{limit}")?;
    let mut line = String::new();
    output.read_line(&mut line)?;
    print!("{line}");
    let address = line.trim_end().strip_prefix("chat at ").unwrap_or_default();
    let mut clients: Vec<Client> = Vec::new();
    for line in script {
        let line = line?;
        println!("{line}");
        let (name, what) = line.split_once(' ').unwrap_or((&line, ""));
        let (verb, text) = what.split_once(' ').unwrap_or((what, ""));
        let place = clients.iter().position(|client| client.name == name);
        match (verb, place) {
            ("joins", _) => {
                let mut client = Client {
                    name: name.to_owned(),
                    stream: BufReader::new(TcpStream::connect(address)?),
                };
                client.say(name)?;
                clients.push(client);
            }
            ("says", Some(place)) => clients[place].say(text)?,
            ("leaves", Some(place)) => drop(clients.remove(place)),
            ("hears", Some(_)) => {}
            // It is for the server.
            _ => writeln!(input, "{line}")?,
        }
        let mut still_there = Vec::new();
        for mut client in clients {
            let hears = match verb {
                "joins" => true,
                "hears" => client.name == name,
                _ => client.name != name,
            };
            // A connection that has ended is closed.
            if !hears || client.hear()? {
                still_there.push(client);
            }
        }
        clients = still_there;
    }
    drop(input);
    println!(
        "the server exits with {}",
        server.wait()?.code().unwrap_or(-1)
    );
    Ok(())
}
