//! What the programs are told on the command line: `--name value`, and which runtime they want.

use std::collections::HashMap;
use std::fmt::Display;
use std::io;
use std::process::exit;
use std::str::FromStr;
use std::time::Duration;

use reveille::runtime::{Builder, Runtime};

/// The arguments of a program, by their names.
#[derive(Debug)]
pub struct Arguments {
    usage: &'static str,
    given: HashMap<String, String>,
}

/// Which runtime.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flavor {
    /// One thread.
    CurrentThread,
    /// So many.
    MultiThread(usize),
}

impl Arguments {
    /// Those of this process, from the one at this place on. If one of them has no name, or no value, or a name that the
    /// usage does not say, the program says how it is used, and ends.
    pub fn read(usage: &'static str, skip: usize) -> Arguments {
        let mut given = HashMap::new();
        let mut arguments = std::env::args().skip(skip);
        while let Some(name) = arguments.next() {
            let is_known =
                name.starts_with("--") && usage.split([' ', '[', '\n']).any(|w| w == name);
            match arguments.next() {
                Some(value) if is_known => given.insert(name, value),
                _ => refuse(usage, &format!("`{name}` is not understood")),
            };
        }
        Arguments { usage, given }
    }

    /// The value of an argument, or what it is if it is not given.
    pub fn get<T: FromStr<Err: Display>>(&self, name: &str, otherwise: T) -> T {
        match self.given.get(name) {
            None => otherwise,
            Some(value) => match value.parse() {
                Ok(value) => value,
                Err(error) => refuse(self.usage, &format!("{name} {value}: {error}")),
            },
        }
    }

    /// A time in milliseconds.
    pub fn ms(&self, name: &str, otherwise: u64) -> Duration {
        Duration::from_millis(self.get(name, otherwise))
    }
}

fn refuse(usage: &str, why: &str) -> ! {
    eprintln!("{why}\nusage: {usage}");
    exit(2)
}

impl Flavor {
    /// Builds it, on our runtime.
    ///
    /// # Errors
    ///
    /// If the system gives no thread, or no descriptor.
    pub fn build(self) -> io::Result<Runtime> {
        match self {
            Flavor::CurrentThread => Builder::new_current_thread().enable_all().build(),
            Flavor::MultiThread(threads) => Builder::new_multi_thread()
                .worker_threads(threads)
                .enable_all()
                .build(),
        }
    }
}

impl FromStr for Flavor {
    type Err = String;

    fn from_str(name: &str) -> Result<Flavor, String> {
        match name.parse() {
            _ if name == "current" => Ok(Flavor::CurrentThread),
            Ok(threads) if 0 < threads => Ok(Flavor::MultiThread(threads)),
            _ => Err("`current`, or how many threads".to_owned()),
        }
    }
}

impl Display for Flavor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Flavor::CurrentThread => f.write_str("current"),
            Flavor::MultiThread(threads) => threads.fmt(f),
        }
    }
}
