// A program for the kit's own tests: it does what the lines of its input say.

use std::io;
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
            "abort" => process::abort(),
            "park" => loop {
                thread::park();
            },
            _ => eprintln!("what is `{line}`?"),
        }
    }
    code
}
