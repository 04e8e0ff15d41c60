//! How a process ended, in words.

use std::process::ExitStatus;

/// How a process ended, in words.
pub fn describe(status: ExitStatus) -> String {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        let name = match signal {
            4 => "an illegal instruction (SIGILL)",
            6 => "an abort (SIGABRT)",
            8 => "an arithmetic error (SIGFPE)",
            9 => "a kill (SIGKILL; perhaps the memory ran out)",
            7 | 10 => "an access to memory that is not there (SIGBUS)",
            11 => "an access to memory that it does not own (SIGSEGV)",
            _ => return format!("signal {signal}"),
        };
        return name.to_owned();
    }
    match status.code() {
        Some(0) => "an exit before the test was over (does something call `std::process::exit`?)"
            .to_owned(),
        // The codes that Windows gives for the same ends.
        Some(code) if code as u32 == 0xC000_0005 => {
            "an access to memory that it does not own (0xC0000005)".to_owned()
        }
        Some(code) if code as u32 == 0xC000_0409 => "an abort (0xC0000409)".to_owned(),
        Some(code) if code as u32 == 0xC000_00FD => "a stack overflow (0xC00000FD)".to_owned(),
        Some(code) => format!("an exit with status {code}"),
        None => status.to_string(),
    }
}
