// Exercise 7.8: a log pipeline. All of it is yours to write. The requirements are on the page
// `book/src/channels/log-pipeline.md`; this is what it reads:
//
//     room 2                      how many lines each channel has room for
//     limit 5                     after so many lines the writer has enough; this line may be missing
//     web GET /index              a line of the log: its source, and its text
//     db panics                   at this line the worker of `db` panics
//
// To try it: `cargo course run 7 log_pipeline --mine < chapters/07-channels/programs/log_pipeline.txt`

// ANCHOR: ex-7-8-log-pipeline
fn main() {
    todo!("7.8 log-pipeline")
}
// ANCHOR_END: ex-7-8-log-pipeline
