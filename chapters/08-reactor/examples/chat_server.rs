//! The chapter's program: a chat server, and with `--mine` it is the reader's.
//!
//! ```text
//! cat | cargo course run 8 chat_server               the server: what you type is its standard input
//! cargo course run 8 chat_server < SCRIPT            a session with it, of which all lines are shown
//! ```
//!
//! A script has a line for each thing that happens, such as `ann joins`, `ann says hello` and `ann leaves`. After
//! each of them, this reads a line for each other client that is there.

use std::io::{self, BufRead, BufReader, Write};
use std::net::{Shutdown, TcpStream};
use std::os::fd::AsFd;
use std::os::unix::fs::FileTypeExt;
use std::process::{Command, ExitCode, Stdio, Termination};

mod program {
    include!(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/programs/chat_server.rs"
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
    /// Shows the next line that it hears.
    fn hear(&mut self) -> io::Result<()> {
        let mut line = String::new();
        let end = self.stream.read_line(&mut line)? == 0;
        let line = if end { "(the end)" } else { line.trim_end() };
        println!("    {} < {line}", self.name);
        Ok(())
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
    let mut line = String::new();
    output.read_line(&mut line)?;
    print!("{line}");
    let address = line.trim_end().strip_prefix("chat at ").unwrap_or_default();
    let mut clients: Vec<Client> = Vec::new();
    for line in io::stdin().lock().lines() {
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
            ("half-closes", Some(place)) => {
                clients[place].stream.get_ref().shutdown(Shutdown::Write)?;
            }
            // It is for the server.
            _ => writeln!(input, "{line}")?,
        }
        let is_silent = |client: &Client| client.name == name && verb != "joins";
        for client in clients.iter_mut().filter(|client| !is_silent(client)) {
            client.hear()?;
        }
    }
    drop(input);
    println!(
        "the server exits with {}",
        server.wait()?.code().unwrap_or(-1)
    );
    Ok(())
}
