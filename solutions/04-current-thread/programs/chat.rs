// Exercise 4.11: a chat within one thread. All of it is yours to write. The requirements are on the page
// `book/src/current-thread/chat.md`; this is what it reads, a client on each line and the words that it says:
//
//     ann hello bye
//     bob hi
//     eve                         a client that only listens
//     cat meow !                  a client whose task panics after its last word
//
// To try it: `cargo course run 4 chat --mine < chapters/04-current-thread/programs/chat.txt`

// ANCHOR: ex-4-11-chat
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::poll_fn;
use std::io;
use std::process::ExitCode;
use std::rc::Rc;
use std::task::{Poll, Waker};

use current_thread::{LocalRuntime, spawn_local, yield_now};

/// What all clients share. It stays on its thread, so it needs no lock.
struct Room {
    seats: Vec<Seat>,
    /// How many clients may still say something.
    speakers: Cell<usize>,
    /// How many words were said.
    said: Cell<usize>,
}

/// A client's place in the room.
struct Seat {
    name: String,
    /// What others have said, and this client has not heard yet. None if it is gone.
    inbox: RefCell<Option<VecDeque<String>>>,
    /// Of the task that listens.
    waker: RefCell<Option<Waker>>,
}

fn main() -> ExitCode {
    let input = io::read_to_string(io::stdin()).expect("standard input is text");
    let lines = input.lines().filter(|line| !line.trim().is_empty());
    let lines = lines.map(|line| line.split_whitespace().map(str::to_owned).collect());
    let clients: Vec<Vec<String>> = lines.collect();
    let room = Rc::new(Room {
        seats: clients.iter().map(|words| Seat::new(&words[0])).collect(),
        speakers: Cell::new(clients.len()),
        said: Cell::new(0),
    });
    let gone = LocalRuntime::new().block_on(chat(Rc::clone(&room), clients));
    println!("{} words, {gone} gone", room.said.get());
    match gone {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

/// Runs all clients to their end. Returns how many of them are gone.
async fn chat(room: Rc<Room>, clients: Vec<Vec<String>>) -> usize {
    for seat in &room.seats {
        println!("{} joins", seat.name);
    }
    let clients = clients.into_iter().enumerate();
    let clients: Vec<_> = clients
        .map(|(place, words)| spawn_local(client(Rc::clone(&room), place, words)))
        .collect();
    let mut gone = 0;
    for (seat, client) in room.seats.iter().zip(clients) {
        match client.await.expect("it catches its own panics") {
            Some(heard) => println!("{} leaves, heard {heard}", seat.name),
            None => {
                gone += 1;
                println!("{} is gone", seat.name);
            }
        }
    }
    gone
}

/// A client speaks and listens at the same time. Returns how much it has heard, unless it is gone.
async fn client(room: Rc<Room>, place: usize, words: Vec<String>) -> Option<usize> {
    let listens = spawn_local(listen(Rc::clone(&room), place));
    let speaks = spawn_local(speak(Rc::clone(&room), place, words));
    let spoken = speaks.await;
    if spoken.is_err() {
        listens.abort();
        room.seats[place].inbox.take();
    }
    room.speakers.set(room.speakers.get() - 1);
    if room.speakers.get() == 0 {
        room.seats.iter().for_each(Seat::call);
    }
    listens.await.ok()
}

/// Says one word, and lets all others hear it before the next.
async fn speak(room: Rc<Room>, place: usize, words: Vec<String>) {
    for word in &words[1..] {
        if word == "!" {
            panic!("{} is gone", words[0]);
        }
        println!("{}: {word}", words[0]);
        room.said.set(room.said.get() + 1);
        let others = room.seats.iter().enumerate();
        let others = others.filter(|(other, _)| *other != place);
        others.for_each(|(_, seat)| seat.put(format!("{}: {word}", words[0])));
        yield_now().await;
    }
}

/// Hears what others say, until all have said all.
async fn listen(room: Rc<Room>, place: usize) -> usize {
    let seat = &room.seats[place];
    let mut heard = 0;
    while let Some(word) = seat.next(&room).await {
        println!("{} hears {word}", seat.name);
        heard += 1;
    }
    heard
}

impl Seat {
    fn new(name: &str) -> Seat {
        Seat {
            name: name.to_owned(),
            inbox: RefCell::new(Some(VecDeque::new())),
            waker: RefCell::new(None),
        }
    }

    fn put(&self, word: String) {
        if let Some(inbox) = &mut *self.inbox.borrow_mut() {
            inbox.push_back(word);
        }
        self.call();
    }

    /// Wakes the task that listens, if it waits.
    fn call(&self) {
        // Taken out first: a wake may run other code.
        let waker = self.waker.take();
        waker.into_iter().for_each(Waker::wake);
    }

    /// The next word; none if there is none, and no client will say another.
    async fn next(&self, room: &Room) -> Option<String> {
        poll_fn(|cx| {
            let word = (self.inbox.borrow_mut().as_mut()).and_then(VecDeque::pop_front);
            if word.is_some() || room.speakers.get() == 0 {
                return Poll::Ready(word);
            }
            *self.waker.borrow_mut() = Some(cx.waker().clone());
            Poll::Pending
        })
        .await
    }
}
// ANCHOR_END: ex-4-11-chat
