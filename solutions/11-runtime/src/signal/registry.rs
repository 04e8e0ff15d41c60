//! Who waits for which signal, and the thread that tells them.

use std::collections::HashMap;
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::net::UnixStream;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::{AcqRel, Acquire, Release};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, Weak};
use std::thread;

use ::atomic_waker::AtomicWaker;

/// One who waits for a signal.
#[derive(Debug, Default)]
pub(super) struct Listener {
    /// The signal has come, and has not been received. Set by the thread before it wakes (Release), taken by
    /// the one who waits (Acquire).
    has_come: AtomicBool,
    pub(super) waker: AtomicWaker,
}

/// All signals that have a handler.
struct Registry {
    /// Where a handler writes. It does not block.
    writer: UnixStream,
    signals: Mutex<HashMap<i32, Arc<Entry>>>,
}

/// One signal.
#[derive(Default)]
struct Entry {
    /// It has come, and nobody has been told. Set by the handler, taken by the thread. The byte in the socket
    /// comes after it, and the system orders a write against the read of it.
    is_raised: AtomicBool,
    listeners: Mutex<Vec<Weak<Listener>>>,
}

const NO_PANIC: &str = "nothing panics under this lock";

impl Listener {
    /// Whether the signal has come since this was asked last.
    pub(super) fn take(&self) -> bool {
        self.has_come.swap(false, Acquire)
    }

    fn tell(&self) {
        self.has_come.store(true, Release);
        self.waker.wake();
    }
}

/// A listener for the signal of this number.
///
/// # Errors
///
/// If the system has no socket or thread for the first of all, or no handler for this signal.
pub(super) fn listen(signal: i32) -> io::Result<Arc<Listener>> {
    let registry = registry()?;
    let entry = registry.entry(signal)?;
    let listener = Arc::new(Listener::default());
    let mut listeners = entry.listeners.lock().expect(NO_PANIC);
    // Those that are gone are forgotten, so that the list is no longer than twice what is there.
    if listeners.len() == listeners.capacity() {
        listeners.retain(|listener| 0 < listener.strong_count());
    }
    listeners.push(Arc::downgrade(&listener));
    Ok(listener)
}

/// The registry, which is made with the first handler.
fn registry() -> io::Result<&'static Registry> {
    static REGISTRY: OnceLock<Registry> = OnceLock::new();
    static MAKING: Mutex<()> = Mutex::new(());
    let _making = MAKING.lock().expect(NO_PANIC);
    if let Some(registry) = REGISTRY.get() {
        return Ok(registry);
    }
    let (reader, writer) = UnixStream::pair()?;
    writer.set_nonblocking(true)?;
    let registry = Registry {
        writer,
        signals: Mutex::default(),
    };
    // The thread looks for the registry only when a handler has written, and handlers come after this.
    thread::Builder::new()
        .name("reveille-signals".to_owned())
        .spawn(move || {
            let find = || REGISTRY.get().expect("it is there before any handler");
            tell_listeners(reader, find);
        })?;
    Ok(REGISTRY.get_or_init(|| registry))
}

/// The life of the thread.
fn tell_listeners(mut reader: UnixStream, registry: impl Fn() -> &'static Registry) {
    let mut bytes = [0; 128];
    loop {
        match reader.read(&mut bytes) {
            Ok(0) => return,
            Ok(_) => registry().tell_all(),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(_) => return,
        }
    }
}

impl Registry {
    /// The entry of a signal. The first time, a handler is set up.
    fn entry(&'static self, signal: i32) -> io::Result<Arc<Entry>> {
        let mut signals = self.lock();
        if let Some(entry) = signals.get(&signal) {
            return Ok(Arc::clone(entry));
        }
        let entry = Arc::new(Entry::default());
        let raised = Arc::clone(&entry);
        let handler = move || {
            raised.is_raised.store(true, Release);
            // A full socket is as good as one with a byte more.
            let _ = (&self.writer).write(&[0]);
        };
        // SAFETY: the handler may interrupt any code. It does a store and a `write`, both of which may be done
        // then; it takes no lock, frees nothing and does not panic. What it points to is kept by the handler
        // itself, and is `'static`.
        unsafe { signal_hook_registry::register(signal, handler) }?;
        signals.insert(signal, Arc::clone(&entry));
        Ok(entry)
    }

    /// Tells those who wait for a signal that has come. Wakers are foreign code, so no lock is held.
    fn tell_all(&self) {
        let entries: Vec<_> = self.lock().values().cloned().collect();
        for entry in entries {
            if !entry.is_raised.swap(false, AcqRel) {
                continue;
            }
            let listeners: Vec<_> = {
                let listeners = entry.listeners.lock().expect(NO_PANIC);
                listeners.iter().filter_map(Weak::upgrade).collect()
            };
            listeners.iter().for_each(|listener| listener.tell());
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<i32, Arc<Entry>>> {
        self.signals.lock().expect(NO_PANIC)
    }
}
