// A program for the kit's own tests: it does what the lines of its input say.

use std::io::{self, BufRead, BufReader, Write};
use std::net::TcpListener;
use std::process::{self, ExitCode};
use std::thread;

fn main() -> ExitCode {
    let mut code = ExitCode::SUCCESS;
    for line in io::stdin().lines() {
        let line = line.expect("standard input is text");
        let (word, rest) = line.split_once(' ').unwrap_or((&line, ""));
        let number = || rest.parse::<usize>().expect("a number");
        match word {
            "say" => println!("{rest}"),
            "threads" => (0..number()).for_each(|_| drop(thread::spawn(|| ()).join())),
            "bytes" => drop(vec![1_u8; number()]),
            "exit" => code = ExitCode::from(u8::try_from(number()).expect("a small number")),
            "panic" => panic!("{rest}"),
            "listen" => listen(),
            "abort" => process::abort(),
            "park" => loop {
                thread::park();
            },
            _ => eprintln!("what is `{line}`?"),
        }
    }
    code
}

/// Serves one client: what it says comes back in capital letters, and at `bye` the connection ends.
fn listen() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("the system has a port");
    println!("{}", listener.local_addr().expect("it is bound"));
    let (mut stream, _) = listener.accept().expect("a client comes");
    let lines = BufReader::new(stream.try_clone().expect("a descriptor is left")).lines();
    for line in lines.map_while(Result::ok) {
        if line == "bye" {
            break;
        }
        writeln!(stream, "{}", line.to_uppercase()).expect("the client is there");
    }
}
