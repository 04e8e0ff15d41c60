//! Signals that ask this process to end, stop or go on.

/// What a signal asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// End: the terminal was closed, Ctrl-C, `kill`. Holds the exit status that says so.
    End(u8),
    /// Stop until told to go on, as Ctrl-Z does.
    Stop,
    /// Go on after a stop.
    Continue,
}

/// Calls `handle` on a thread of its own for each signal from now on.
///
/// On Windows nothing is called: a console program is ended there together with its children.
#[cfg(unix)]
pub fn listen(stops: Stops, mut handle: impl FnMut(Signal) + Send + 'static) {
    use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGTERM, SIGTSTP};

    let mut numbers = vec![SIGHUP, SIGINT, SIGTERM];
    if stops == Stops::Handled {
        numbers.extend([SIGTSTP, SIGCONT]);
    }
    let Ok(mut signals) = signal_hook::iterator::Signals::new(numbers) else {
        // The defaults stay in force: the process ends, without a word.
        return;
    };
    std::thread::spawn(move || {
        for number in signals.forever() {
            handle(match number {
                SIGTSTP => Signal::Stop,
                SIGCONT => Signal::Continue,
                // By convention 128 and the signal's number.
                number => Signal::End(128 + u8::try_from(number).unwrap_or(0)),
            });
        }
    });
}

/// See the version for Unix.
#[cfg(not(unix))]
pub fn listen(_stops: Stops, _handle: impl FnMut(Signal) + Send + 'static) {}

/// Who deals with Ctrl-Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stops {
    /// We do: the terminal has to be given back first.
    Handled,
    /// The system does.
    Default,
}

/// Stops this process as Ctrl-Z does, and returns when it goes on. Does nothing on Windows.
pub fn stop() {
    #[cfg(unix)]
    // It fails only for signals that have no default.
    let _ = signal_hook::low_level::emulate_default_handler(signal_hook::consts::SIGTSTP);
}
