//! The keyboard and the window, read on a thread of their own.

use std::sync::mpsc::Sender;
use std::thread;

use crossterm::event::{self, Event as Input, KeyEventKind};

use super::Event;

/// Sends keys and changes of size from now on.
pub fn listen(events: Sender<Event>) {
    thread::spawn(move || {
        loop {
            let event = match event::read() {
                Ok(Input::Key(key)) if key.kind != KeyEventKind::Release => Event::Key(key),
                Ok(Input::Resize(..)) => Event::Resized,
                Ok(_) => continue,
                // Nobody can press a key any more.
                Err(_) => Event::Signal(crate::signals::Signal::End(1)),
            };
            let is_last = matches!(event, Event::Signal(_));
            if events.send(event).is_err() || is_last {
                return;
            }
        }
    });
}
