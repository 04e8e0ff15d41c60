// Exercise 8.12: a chat server. All of it is yours to write. The requirements are on the page
// `book/src/reactor/chat-server.md`; this is what a client sends:
//
//     ann                         its first line is its name
//     hello                       each other line is for all other clients: they get `ann: hello`
//
// and this is what standard input, which is a pipe, may say:
//
//     the server ends at six      a line for all clients: they get `* the server ends at six`
//     end                         the server ends; so it does when standard input ends
//
// To try it: `cat | cargo course run 8 chat_server --mine`, and then `nc 127.0.0.1 PORT` in two other terminals

// ANCHOR: ex-8-12-chat-server
fn main() {
    todo!("8.12 chat-server")
}
// ANCHOR_END: ex-8-12-chat-server
