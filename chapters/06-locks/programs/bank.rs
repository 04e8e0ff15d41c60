// Exercise 6.12: a bank. All of it is yours to write. The requirements are on the page `book/src/locks/bank.md`; this is
// what it reads:
//
//     clerks 2                    how many payments can be under way at a time
//     account anna 100
//     account ben 50
//     pay rent anna ben 30 4      a payment: its name, from, to, how much, and how many turns it takes
//     audit noon                  all accounts, added up
//
// To try it: `cargo course run 6 bank --mine < chapters/06-locks/programs/bank.txt`

// ANCHOR: ex-6-12-bank
fn main() {
    todo!("6.12 bank")
}
// ANCHOR_END: ex-6-12-bank
