//! Many tests at a time, each in its own process.

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::mpsc;
use std::thread;

use crate::problem::Result;
use crate::process::Cancel;

use super::trial::{Outcome, Trial, TrialResult};

/// A test and the group it belongs to. In a group the first failure decides, so what comes after
/// it in the list need not run.
#[derive(Clone, Debug)]
pub struct Job {
    /// Any number below the number of jobs.
    pub group: usize,
    /// The test.
    pub trial: Trial,
}

/// Runs the jobs on all cores. The result has an outcome for each job, in order, or none if an
/// earlier failure of its group made it needless. `observe` hears of each job when it is started,
/// with the number of jobs that are done.
///
/// # Errors
///
/// If the run was cancelled, or a process cannot be started.
pub fn run(
    jobs: &[Job],
    scratch: &Path,
    cancel: &Cancel,
    observe: &mut dyn FnMut(usize, usize),
) -> Result<Vec<Option<Outcome>>> {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let next = AtomicUsize::new(0);
    let stopped = AtomicBool::new(false);
    // The first failing job of each group.
    let failed: Vec<AtomicUsize> = jobs.iter().map(|_| AtomicUsize::new(usize::MAX)).collect();
    let (sender, news) = mpsc::channel();
    let worker = |sender: mpsc::Sender<News>| {
        while !stopped.load(SeqCst) {
            let index = next.fetch_add(1, SeqCst);
            let Some(job) = jobs.get(index) else { break };
            if failed[job.group].load(SeqCst) < index {
                continue;
            }
            let _ = sender.send(News::Started(index));
            let outcome = job.trial.run(scratch, cancel);
            match &outcome {
                Ok(outcome) if matches!(outcome.result, TrialResult::Passed) => {}
                Ok(_) => {
                    failed[job.group].fetch_min(index, SeqCst);
                }
                Err(_) => stopped.store(true, SeqCst),
            }
            let _ = sender.send(News::Done(index, Box::new(outcome)));
        }
    };
    let mut outcomes: Vec<Option<Outcome>> = jobs.iter().map(|_| None).collect();
    let mut problem = None;
    thread::scope(|scope| {
        for _ in 0..cores.min(jobs.len()) {
            let sender = sender.clone();
            scope.spawn(|| worker(sender));
        }
        drop(sender);
        let mut done = 0;
        for news in news {
            match news {
                News::Started(index) => observe(index, done),
                News::Done(index, outcome) => match *outcome {
                    Ok(outcome) => {
                        outcomes[index] = Some(outcome);
                        done += 1;
                    }
                    Err(error) => problem = Some(error),
                },
            }
        }
    });
    match problem {
        Some(problem) => Err(problem),
        None => Ok(outcomes),
    }
}

enum News {
    Started(usize),
    Done(usize, Box<Result<Outcome>>),
}
