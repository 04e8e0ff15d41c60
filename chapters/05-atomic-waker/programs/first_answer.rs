// Exercise 5.10: the first answer. All of it is yours to write. The requirements are on the page
// `book/src/atomic-waker/first-answer.md`; this is what it reads:
//
//     capital 9 atlas=3 memory=1! friend=never
//         a question, its patience, and its sources: one answers after three turns, one panics after one turn,
//         and one waits for something that does not come
//
// To try it: `cargo course run 5 first_answer --mine < chapters/05-atomic-waker/programs/first_answer.txt`

// ANCHOR: ex-5-10-first-answer
fn main() {
    todo!("5.10 first-answer")
}
// ANCHOR_END: ex-5-10-first-answer
