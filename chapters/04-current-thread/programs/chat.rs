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
fn main() {
    todo!("4.11 chat")
}
// ANCHOR_END: ex-4-11-chat
