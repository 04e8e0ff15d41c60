//! What `cargo test` was given for the test programs.

/// Arguments of test programs, as libtest has them.
#[derive(Clone, Debug, Default)]
pub struct Arguments {
    /// For each test program.
    pub passed_on: Vec<String>,
    /// Whether the programs' whole output is wanted.
    pub is_shown: bool,
    /// Whether tests are to be named, and not run.
    pub is_list: bool,
}

impl Arguments {
    /// Takes all but what would change the form of the output.
    pub fn new(arguments: impl Iterator<Item = String>) -> Arguments {
        let passed_on: Vec<String> = arguments
            .filter(|argument| argument != "-q" && argument != "--quiet")
            .collect();
        let has = |names: &[&str]| {
            let mut given = passed_on.iter();
            given.any(|given| names.contains(&given.as_str()))
        };
        Arguments {
            is_shown: has(&["--nocapture", "--no-capture", "--show-output", "--list"]),
            is_list: has(&["--list"]),
            passed_on,
        }
    }

    /// Whether tests are chosen, so that a package without one of them has nothing to tell.
    pub fn chooses(&self) -> bool {
        !self.passed_on.is_empty()
    }
}
