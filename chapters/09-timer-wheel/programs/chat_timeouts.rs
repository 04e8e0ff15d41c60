// Exercise 9.12: a chat with time limits. All of it is yours to write. The requirements are on the page
// `book/src/timer-wheel/chat-timeouts.md`. It is chapter 8's chat server, and the first line of standard input is new:
//
//     limit 30000                 so many milliseconds has a client to say something, to read, and to leave
//     the server ends at six      a line for all clients: they get `* the server ends at six`
//     end                         the server ends; so it does when standard input ends
//
// To try it: `(echo limit 30000; cat) | cargo course run 9 chat_timeouts --mine`, and then `nc 127.0.0.1 PORT`

// ANCHOR: ex-9-12-chat-timeouts
fn main() {
    todo!("9.12 chat-timeouts")
}
// ANCHOR_END: ex-9-12-chat-timeouts
