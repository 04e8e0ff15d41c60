// Exercise 2.10: a job runner. All of it is yours to write. The requirements are on the page
// `book/src/raw-waker/job-runner.md`; this is what it reads:
//
//     build 3                     a job of three steps
//     lint 1 panics               a job that panics in its last step
//     test 2 after build lint     a job that waits until both are done
//
// To try it: `cargo course run 2 job_runner --mine < chapters/02-raw-waker/programs/job_runner.txt`

// ANCHOR: ex-2-10-job-runner
fn main() {
    todo!("2.10 job-runner")
}
// ANCHOR_END: ex-2-10-job-runner
