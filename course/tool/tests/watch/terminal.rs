//! A pseudo terminal: a program on one side, a screen and a keyboard on the other.

use std::fs::File;
use std::io::{Read, Write};
use std::num::NonZero;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// A loaded machine may take long; a test that fails takes this long.
const PATIENCE: Duration = Duration::from_secs(900);

/// The alternate screen, without a cursor.
const TAKEN: &[u8] = b"\x1b[?1049h\x1b[?25l";

/// A program in a terminal.
pub struct Terminal {
    keyboard: File,
    child: Child,
    shared: Arc<Shared>,
    /// The settings before the program was started.
    before: libc::termios,
}

struct Shared {
    parser: Mutex<vt100::Parser>,
    /// What the program has written, and how long after what came before it.
    written: Mutex<Vec<(f64, Vec<u8>)>>,
    changed: Condvar,
}

impl Terminal {
    /// Starts the program in a good terminal of this size.
    pub fn start(mut command: Command, columns: u16, rows: u16) -> Terminal {
        command.env("TERM", "xterm-256color");
        Terminal::start_as_it_is(command, columns, rows)
    }

    /// Starts the program in a terminal whose `TERM` the command says.
    pub fn start_as_it_is(mut command: Command, columns: u16, rows: u16) -> Terminal {
        let (master, slave) = open(columns, rows);
        let before = settings(&slave);
        command
            .stdin(slave.try_clone().unwrap())
            .stdout(slave.try_clone().unwrap())
            .stderr(slave);
        // SAFETY: between fork and exec only async-signal-safe calls may be made; `setsid` and
        // `ioctl` are.
        unsafe { command.pre_exec(own_the_terminal) };
        let child = command.spawn().unwrap();
        // It holds the other ends, and their closing is how the screen learns of the end.
        drop(command);
        let shared = Arc::new(Shared {
            parser: Mutex::new(vt100::Parser::new(some(rows), some(columns), 0)),
            written: Mutex::default(),
            changed: Condvar::new(),
        });
        let keyboard = File::from(master);
        let screen = keyboard.try_clone().unwrap();
        let writer = Arc::clone(&shared);
        thread::spawn(move || writer.read_all(screen));
        Terminal {
            keyboard,
            child,
            shared,
            before,
        }
    }

    /// Waits until the screen shows this, and returns the screen.
    #[track_caller]
    pub fn wait_for(&self, text: &str) -> String {
        self.wait(&format!("`{text}` to be shown"), |screen| {
            screen.contents().contains(text)
        })
    }

    /// Waits until the program has given the screen back.
    #[track_caller]
    pub fn wait_until_left(&self) {
        self.wait("the screen to be given back", |screen| {
            !screen.alternate_screen() && !screen.hide_cursor()
        });
    }

    /// Waits until the screen is as wanted.
    #[track_caller]
    pub fn wait(&self, what: &str, wanted: impl Fn(&vt100::Screen) -> bool) -> String {
        let until = Instant::now() + PATIENCE;
        let mut parser = self.shared.lock();
        loop {
            if wanted(parser.screen()) {
                return parser.screen().contents();
            }
            let left = until.saturating_duration_since(Instant::now());
            assert!(
                !left.is_zero(),
                "waited for {what}; the screen shows\n{}",
                parser.screen().contents()
            );
            let waited = self.shared.changed.wait_timeout(parser, left);
            parser = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Types.
    pub fn press(&mut self, keys: &str) {
        self.keyboard.write_all(keys.as_bytes()).unwrap();
    }

    /// Gives the window another size.
    pub fn resize(&mut self, columns: u16, rows: u16) {
        let size = window(columns, rows);
        // A new screen, on which the program has to draw everything again.
        let mut parser = vt100::Parser::new(some(rows), some(columns), 0);
        parser.process(TAKEN);
        *self.shared.lock() = parser;
        // SAFETY: the descriptor is open, and `size` is what TIOCSWINSZ reads.
        let result = unsafe { libc::ioctl(self.keyboard.as_raw_fd(), libc::TIOCSWINSZ, &size) };
        assert_eq!(result, 0);
    }

    /// Sends the program a signal.
    pub fn signal(&self, signal: i32) {
        let pid = i32::try_from(self.child.id()).unwrap();
        // SAFETY: `kill` has no requirements; the child has not been waited for, so it is its pid.
        let result = unsafe { libc::kill(pid, signal) };
        assert_eq!(result, 0);
    }

    /// Waits until the program is stopped, as by Ctrl-Z.
    #[track_caller]
    pub fn wait_until_stopped(&self) {
        let pid = i32::try_from(self.child.id()).unwrap();
        let mut status = 0;
        // SAFETY: the child has not been waited for, and `status` may be written.
        let stopped = unsafe { libc::waitpid(pid, &mut status, libc::WUNTRACED) };
        assert_eq!(stopped, pid);
        assert!(libc::WIFSTOPPED(status), "it ended instead: {status}");
    }

    /// Waits for the program's end.
    pub fn end(&mut self) -> ExitStatus {
        let until = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(
                Instant::now() < until,
                "it does not end:\n{}",
                self.contents()
            );
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Fails unless the terminal's settings are what they were before.
    #[track_caller]
    pub fn expect_restored(&self) {
        self.wait_until_left();
        let now = settings(&self.keyboard);
        assert_eq!(
            now.c_lflag, self.before.c_lflag,
            "echo or line mode is lost"
        );
        assert_eq!(now.c_iflag, self.before.c_iflag);
        assert_eq!(now.c_oflag, self.before.c_oflag);
    }

    /// What the screen shows.
    pub fn contents(&self) -> String {
        self.shared.lock().screen().contents()
    }

    /// What the program has written since the last call, each with the seconds since what came before.
    pub fn take_written(&self) -> Vec<(f64, Vec<u8>)> {
        let _screen = self.shared.lock();
        let written = self.shared.written.lock();
        std::mem::take(&mut written.unwrap_or_else(PoisonError::into_inner))
    }

    /// Whether anything on the screen is coloured.
    pub fn is_coloured(&self) -> bool {
        let parser = self.shared.lock();
        let (rows, columns) = parser.screen().size();
        let (rows, columns) = (rows.get(), columns.get());
        let mut cells = (0..rows).flat_map(|row| (0..columns).map(move |column| (row, column)));
        cells.any(|(row, column)| {
            let cell = parser.screen().cell(row, column);
            cell.is_some_and(|cell| cell.fgcolor() != vt100::Color::Default)
        })
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // It has ended already, unless the test failed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Shared {
    fn read_all(&self, mut from: File) {
        let mut buffer = [0; 4096];
        let mut last = Instant::now();
        while let Ok(count @ 1..) = from.read(&mut buffer) {
            // Both under the screen's lock: what a screen shows has been written down.
            let mut parser = self.lock();
            parser.process(&buffer[..count]);
            let seconds = last.elapsed().as_secs_f64();
            last = Instant::now();
            let mut written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
            written.push((seconds, buffer[..count].to_vec()));
            drop((parser, written));
            self.changed.notify_all();
        }
    }

    fn lock(&self) -> MutexGuard<'_, vt100::Parser> {
        self.parser.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Both ends of a new pseudo terminal.
fn open(columns: u16, rows: u16) -> (OwnedFd, OwnedFd) {
    let (mut master, mut slave) = (-1, -1);
    let mut size = window(columns, rows);
    // SAFETY: the first two may be written, the name and the settings may be null, and the size is
    // read.
    let result = unsafe {
        libc::openpty(
            &mut master,
            &mut slave,
            std::ptr::null_mut(),
            std::ptr::null_mut(),
            &raw mut size,
        )
    };
    assert_eq!(result, 0);
    for descriptor in [master, slave] {
        // SAFETY: the descriptor is open; the copies that a child needs are made without this flag.
        let result = unsafe { libc::fcntl(descriptor, libc::F_SETFD, libc::FD_CLOEXEC) };
        assert_eq!(result, 0);
    }
    // SAFETY: `openpty` succeeded, so the descriptor is open, and nobody else owns it.
    let master = unsafe { OwnedFd::from_raw_fd(master) };
    // SAFETY: as above.
    let slave = unsafe { OwnedFd::from_raw_fd(slave) };
    (master, slave)
}

/// In the child: a session of its own, with the terminal on standard input as its terminal.
fn own_the_terminal() -> std::io::Result<()> {
    // SAFETY: `setsid` has no requirements.
    if unsafe { libc::setsid() } == -1 {
        return Err(std::io::Error::last_os_error());
    }
    // SAFETY: standard input is open, and TIOCSCTTY takes a number. (Its type differs by system.)
    if unsafe { libc::ioctl(0, libc::TIOCSCTTY as _, 0) } == -1 {
        return Err(std::io::Error::last_os_error());
    }
    Ok(())
}

fn settings(terminal: &impl AsRawFd) -> libc::termios {
    // SAFETY: all bits zero is a `termios`; `tcgetattr` overwrites it.
    let mut settings = unsafe { std::mem::zeroed() };
    // SAFETY: the descriptor is open, and `settings` may be written.
    let result = unsafe { libc::tcgetattr(terminal.as_raw_fd(), &mut settings) };
    assert_eq!(result, 0);
    settings
}

fn some(count: u16) -> NonZero<u16> {
    NonZero::new(count).unwrap()
}

fn window(columns: u16, rows: u16) -> libc::winsize {
    libc::winsize {
        ws_row: rows,
        ws_col: columns,
        ws_xpixel: 0,
        ws_ypixel: 0,
    }
}
