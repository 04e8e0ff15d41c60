// Exercise 3.10: a crawler. All of it is yours to write. The requirements are on the page
// `book/src/harness/crawler.md`; this is what it reads, a made-up site:
//
//     limit 20                    at most so many pages (this line may be missing)
//     / 1 -> /docs /blog          a page that takes one turn, with two links; the first page is the start
//     /docs 3 -> /                a page that takes three turns
//     /blog 2 broken              a page that makes its fetch panic
//     /slow never                 a page that never comes
//
// To try it: `cargo course run 3 crawler --mine < chapters/03-harness/programs/crawler.txt`

// ANCHOR: ex-3-10-crawler
fn main() {
    todo!("3.10 crawler")
}
// ANCHOR_END: ex-3-10-crawler
