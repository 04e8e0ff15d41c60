//! The state of a task against a plain model of a task's life: random walks of all that its handles do.

#![cfg(not(loom))]

use std::thread;

use harness::state::{
    IsComplete, State, ToComplete, ToIdle, ToJoinDropped, ToNotifiedByRef, ToNotifiedByVal,
    ToRunning, ToShutdown,
};
use testkit::{Exercise, Rule};

const EX: Exercise = Exercise::chapter("3", "harness/state.md").may_be("3.1, 3.2 or 3.8");

const TOLD: Rule =
    EX.rule("A transition tells its caller what to do next, by all that was true at one moment.");
const SAYS: Rule = EX.rule("The state says what was done to the task, and nothing else.");
const COUNTED: Rule = EX.rule("Every handle that exists is counted once, the ticket too.");
const LAST: Rule = EX.rule("The last reference is told so, and no other.");

/// Which right to touch the future a thread has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Polls {
    /// It ran the ticket.
    Ticket,
    /// It shuts the task down.
    List,
}

/// What the `JoinHandle` has done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Join {
    Gone,
    Here,
    /// It has left a waker.
    Left,
}

/// A task's life, told by what its handles are: each field is a thing that a program could point at.
#[derive(Debug)]
struct Life {
    /// Wakers and abort handles.
    wakers: usize,
    /// Whether the list of all tasks has its reference.
    is_listed: bool,
    join: Join,
    /// Whether a ticket waits in a queue.
    is_queued: bool,
    /// A wake that no poll has answered. It may be lost with its ticket.
    is_woken: bool,
    polls: Option<Polls>,
    is_cancelled: bool,
    is_complete: bool,
    /// References of threads that still have something to do for the task, which they give up next.
    busy: usize,
}

impl Life {
    fn new() -> Life {
        Life {
            wakers: 0,
            is_listed: true,
            join: Join::Here,
            is_queued: true,
            is_woken: true,
            polls: None,
            is_cancelled: false,
            is_complete: false,
            busy: 0,
        }
    }

    fn refs(&self) -> usize {
        self.wakers
            + usize::from(self.is_listed)
            + usize::from(self.join != Join::Gone)
            + usize::from(self.is_queued)
            + self.busy
    }

    fn waits(&self) -> bool {
        !self.is_woken && self.polls.is_none() && !self.is_complete
    }

    /// A wake by a caller that keeps its reference. Returns whether it has made the ticket.
    fn wake(&mut self) -> bool {
        let waits = self.waits();
        self.is_woken |= !self.is_complete;
        self.is_queued |= waits;
        waits
    }

    /// One of two answers, by whether a reference is left.
    fn unless_last<T>(&self, given_up: T, last: T) -> T {
        match self.refs() {
            0 => last,
            _ => given_up,
        }
    }
}

#[derive(Clone, Copy, Debug)]
enum Step {
    /// Begins the poll of the ticket in the queue.
    Run,
    /// Drops the ticket in the queue.
    DropTicket,
    /// Ends the poll: the future waits.
    EndIdle,
    /// Ends the poll: the future gave way.
    EndYielded,
    /// Ends the task.
    Complete,
    CloneWaker,
    DropWaker,
    WakeByVal,
    WakeByRef,
    Abort,
    Shutdown,
    SetJoinWaker,
    UnsetJoinWaker,
    DropJoin,
    DropNewJoin,
}

const STEPS: [Step; 18] = [
    Step::Run,
    Step::Run,
    Step::DropTicket,
    Step::EndIdle,
    Step::EndIdle,
    Step::EndYielded,
    Step::Complete,
    Step::CloneWaker,
    Step::CloneWaker,
    Step::DropWaker,
    Step::WakeByVal,
    Step::WakeByRef,
    Step::Abort,
    Step::Shutdown,
    Step::SetJoinWaker,
    Step::UnsetJoinWaker,
    Step::DropJoin,
    Step::DropNewJoin,
];

struct Walk {
    state: State,
    life: Life,
}

impl Walk {
    fn begin() -> Walk {
        let walk = Walk {
            state: State::new(3),
            life: Life::new(),
        };
        walk.check();
        walk
    }

    /// Takes the step, unless no code could.
    fn step(&mut self, step: Step) {
        let Walk { state, life } = self;
        let is_polled = life.polls.is_some();
        match step {
            Step::Run if life.is_queued => self.run(),
            Step::DropTicket if life.is_queued => {
                life.is_queued = false;
                self.give_up(1);
            }
            Step::EndIdle if life.polls == Some(Polls::Ticket) => self.end_poll(false),
            Step::EndYielded if life.polls == Some(Polls::Ticket) => self.end_poll(true),
            Step::Complete if is_polled => self.complete(),
            Step::CloneWaker => {
                state.ref_inc();
                life.wakers += 1;
            }
            Step::DropWaker if life.wakers > 0 => {
                life.wakers -= 1;
                self.give_up(1);
            }
            Step::WakeByVal if life.wakers > 0 => self.wake_by_val(),
            Step::WakeByRef if life.wakers > 0 => {
                let woken = state.transition_to_notified_by_ref();
                check_wake("the wake by reference", woken, life.wake());
            }
            Step::Abort if life.wakers > 0 => {
                let aborted = state.transition_to_notified_and_cancel();
                life.is_cancelled |= !life.is_complete;
                check_wake("the abort", aborted, life.wake());
            }
            Step::Shutdown if life.is_listed => self.shut_down(),
            Step::SetJoinWaker if life.join == Join::Here => {
                let left = state.set_join_waker();
                TOLD.check_eq("leaving a join waker", left, unless_complete(life));
                life.join = if life.is_complete {
                    Join::Here
                } else {
                    Join::Left
                };
            }
            Step::UnsetJoinWaker if life.join == Join::Left => {
                let taken = state.unset_join_waker();
                TOLD.check_eq("taking the join waker back", taken, unless_complete(life));
                life.join = if life.is_complete {
                    Join::Left
                } else {
                    Join::Here
                };
            }
            Step::DropJoin if life.join != Join::Gone => self.drop_join(),
            Step::DropNewJoin if life.join != Join::Gone => self.drop_new_join(),
            _ => return,
        }
        self.check();
    }

    fn run(&mut self) {
        let begun = self.state.transition_to_running();
        let life = &mut self.life;
        life.is_queued = false;
        let expected = match () {
            () if life.polls.is_some() || life.is_complete => {
                life.unless_last(ToRunning::Failed, ToRunning::Dealloc)
            }
            () => {
                life.polls = Some(Polls::Ticket);
                life.is_woken = false;
                life.busy += 1;
                match life.is_cancelled {
                    true => ToRunning::Cancelled,
                    false => ToRunning::Success,
                }
            }
        };
        TOLD.check_eq("the beginning of a poll", begun, expected);
        // Its future is dropped, not polled.
        if begun == ToRunning::Cancelled {
            self.complete();
        }
    }

    fn end_poll(&mut self, gave_way: bool) {
        let ended = match gave_way {
            true => self.state.transition_to_yielded(),
            false => self.state.transition_to_idle(),
        };
        let life = &mut self.life;
        let expected = match () {
            () if life.is_cancelled => ToIdle::Cancelled,
            () => {
                life.polls = None;
                life.busy -= 1;
                life.is_queued = life.is_woken || gave_way;
                let is_woken = std::mem::replace(&mut life.is_woken, life.is_queued);
                match () {
                    () if gave_way => ToIdle::OkYielded,
                    () if is_woken => ToIdle::OkNotified,
                    () => life.unless_last(ToIdle::Ok, ToIdle::OkDealloc),
                }
            }
        };
        TOLD.check_eq("the end of a poll", ended, expected);
        if ended == ToIdle::Cancelled {
            self.complete();
        }
    }

    /// The thread that polls gives its own reference up, and the list's if there is one.
    fn complete(&mut self) {
        let refs = self.life.busy + usize::from(self.life.is_listed);
        let completed = self.state.transition_to_complete(refs);
        let expected = match self.life.join {
            Join::Gone => ToComplete::Detached,
            Join::Here => ToComplete::Done,
            Join::Left => ToComplete::WakeJoin,
        };
        TOLD.check_eq("the end of the task", completed, expected);
        if completed == ToComplete::Detached {
            // Nothing has changed yet.
            self.check();
        }
        let life = &mut self.life;
        life.polls = None;
        life.is_complete = true;
        match completed {
            ToComplete::Done => {}
            ToComplete::WakeJoin => {
                self.check();
                self.life.is_listed = false;
                self.life.busy = 0;
                return self.give_up(refs);
            }
            ToComplete::Detached => {
                let is_last = self.state.transition_to_complete_detached(refs);
                life.is_listed = false;
                life.busy = 0;
                LAST.check_eq("the end of a detached task", is_last, life.refs() == 0);
            }
        }
        self.life.is_listed = false;
        self.life.busy = 0;
    }

    fn wake_by_val(&mut self) {
        let woken = self.state.transition_to_notified_by_val();
        let life = &mut self.life;
        life.wakers -= 1;
        let expected = match life.wake() {
            // The waker's reference is the ticket's now.
            true => ToNotifiedByVal::Submit,
            false => life.unless_last(ToNotifiedByVal::DoNothing, ToNotifiedByVal::Dealloc),
        };
        TOLD.check_eq("the wake by value", woken, expected);
    }

    fn shut_down(&mut self) {
        let begun = self.state.transition_to_shutdown();
        let life = &mut self.life;
        life.is_listed = false;
        life.is_cancelled |= !life.is_complete;
        let expected = match life.polls.is_none() && !life.is_complete {
            true => {
                life.polls = Some(Polls::List);
                life.busy += 1;
                ToShutdown::Cancel
            }
            false => life.unless_last(ToShutdown::Failed, ToShutdown::Dealloc),
        };
        TOLD.check_eq("the shutdown", begun, expected);
    }

    fn drop_join(&mut self) {
        let dropped = self.state.transition_to_join_dropped();
        let life = &mut self.life;
        let join = std::mem::replace(&mut life.join, Join::Gone);
        if life.is_complete {
            TOLD.check_eq("the drop of the handle", dropped, ToJoinDropped::DropOutput);
            return self.give_up(1);
        }
        if join == Join::Left {
            TOLD.check_eq("the drop of the handle", dropped, ToJoinDropped::DropWaker);
            return self.give_up(1);
        }
        let expected = life.unless_last(ToJoinDropped::Done, ToJoinDropped::Dealloc);
        TOLD.check_eq("the drop of the handle", dropped, expected);
    }

    fn drop_new_join(&mut self) {
        let life = &mut self.life;
        let is_new = life.is_woken
            && life.join == Join::Here
            && life.refs() == 3
            && life.polls.is_none()
            && !life.is_cancelled
            && !life.is_complete;
        let dropped = self.state.drop_new_join();
        TOLD.check_eq("the handle of a new task is dropped", dropped, is_new);
        if dropped {
            life.join = Join::Gone;
        }
    }

    /// References that the model does not have any more are given up.
    fn give_up(&mut self, refs: usize) {
        let is_last = self.state.ref_dec(refs);
        LAST.check_eq("a reference is given up", is_last, self.life.refs() == 0);
    }

    fn check(&self) {
        let (now, life) = (self.state.load(), &self.life);
        COUNTED.check_eq("references", now.ref_count(), life.refs());
        SAYS.check_eq("it is complete", now.is_complete(), life.is_complete);
        SAYS.check_eq("it waits", now.is_idle(), life.waits());
        // What means something after the end is the handle's business alone.
        if life.is_complete {
            return;
        }
        SAYS.check_eq("it runs", now.is_running(), life.polls.is_some());
        // A task that is cancelled is not polled again, so a wake need not be kept.
        if !life.is_cancelled {
            SAYS.check_eq("it is notified", now.is_notified(), life.is_woken);
        }
        SAYS.check_eq("it is cancelled", now.is_cancelled(), life.is_cancelled);
        let is_here = life.join != Join::Gone;
        SAYS.check_eq("there is a handle", now.is_join_interested(), is_here);
        let is_left = life.join == Join::Left;
        SAYS.check_eq("there is a join waker", now.is_join_waker_set(), is_left);
    }
}

fn check_wake(what: &str, woken: ToNotifiedByRef, has_ticket: bool) {
    let expected = match has_ticket {
        true => ToNotifiedByRef::Submit,
        false => ToNotifiedByRef::DoNothing,
    };
    TOLD.check_eq(what, woken, expected);
}

fn unless_complete(life: &Life) -> Result<(), IsComplete> {
    match life.is_complete {
        true => Err(IsComplete),
        false => Ok(()),
    }
}

/// The same numbers in each run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (self.0 >> 33) as usize % limit
    }
}

/// Prints the walk that failed.
struct ToldOnPanic<'a>(&'a [Step]);

impl Drop for ToldOnPanic<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            println!("the walk: {:?}", self.0);
        }
    }
}

/// The walks get longer one by one, so the first that fails is short.
#[test]
fn as_a_plain_model() {
    EX.within("random walks of a state", || {
        let mut random = Random(3);
        let walks = if cfg!(miri) { 30 } else { 20_000 };
        for length in (0..walks).map(|walk| 1 + walk * 40 / walks) {
            let steps: Vec<Step> = (0..length)
                .map(|_| STEPS[random.below(STEPS.len())])
                .collect();
            let told = ToldOnPanic(&steps);
            let mut walk = Walk::begin();
            for &step in &steps {
                // The task is freed, and its state with it.
                if walk.life.refs() == 0 {
                    break;
                }
                walk.step(step);
            }
            drop(told);
        }
    });
}

/// A thread that leaks references is stopped long before the count is wrong.
#[test]
fn many_references() {
    COUNTED.holds("many references", || {
        let state = State::new(1);
        let more = if cfg!(miri) { 50 } else { 1000 };
        (0..more).for_each(|_| state.ref_inc());
        COUNTED.check_eq("references", state.load().ref_count(), more + 1);
        LAST.check_eq("all but one are given up", state.ref_dec(more), false);
        LAST.check_eq("the last is given up", state.ref_dec(1), true);
    });
}
