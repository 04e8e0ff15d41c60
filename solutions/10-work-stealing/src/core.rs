//! What the thread that is a worker has, and no other thread.
//!
//! As in chapter 4 it is a capability: the thread that has the core runs the worker's tasks. There is one for each worker, and it moves to
//! another thread when its own is about to block.
//!
//! In tokio: `Core` in `runtime/scheduler/multi_thread/worker.rs`.

use current_thread::Config;
use harness::{LocalNotified, Notified, Shelf, TaskList, trace};

use crate::bed::Bed;
use crate::door::Door;
use crate::handle::Handle;
use crate::pace::Look;
use crate::patience::Patience;
use crate::ring::{CAPACITY, Mark, Missed, Owner};
use crate::shared::Shared;
use crate::watch::Watch;

// ANCHOR: core
/// The capability to be a worker.
#[derive(Debug)]
pub(crate) struct Core {
    /// Which one.
    pub(crate) index: usize,
    /// How often it looks beyond its queue.
    pub(crate) config: Config,
    /// The tasks that are due.
    pub(crate) ring: Owner<Notified<Handle>>,
    /// `None` only while the worker sleeps.
    pub(crate) bed: Option<Bed>,
    /// Until the queue has come to this place, there is a task in it that has yielded: it is to run after the driver was asked.
    pub(crate) yielded: Option<Mark>,
    /// The tasks that were spawned here, wherever they are.
    pub(crate) tasks: TaskList<Handle>,
    /// Cells of tasks that ended here, for tasks that are spawned here.
    pub(crate) shelf: Shelf<Handle>,
    /// Whether to look for tasks for a while before it sleeps.
    pub(crate) patience: Patience,
    /// How many polls there are until the inject queue is looked at again.
    until_inject: u32,
    /// How many polls there were since the driver was last asked.
    pub(crate) polls: u32,
    /// The worker is counted as searching.
    pub(crate) is_searching: bool,
    /// What it stole last.
    loot: Option<Loot>,
    /// How fast the others went when it last looked after them, in the middle of its own work.
    pub(crate) watch: Option<Box<Watch>>,
    /// Where the next search begins.
    random: u32,
}
// ANCHOR_END: core

/// When a worker stole, and from which one: what was stolen is judged when all of it has run.
#[derive(Clone, Copy, Debug)]
struct Loot {
    victim: usize,
    look: Look,
}

/// How many tasks are taken out of the inject queue at once: half of what the worker's own queue holds, so that what it pushes next
/// does not come back at once.
const INJECT_BATCH: usize = CAPACITY / 2;

impl Core {
    pub(crate) fn new(
        index: usize,
        config: Config,
        tasks: TaskList<Handle>,
        ring: Owner<Notified<Handle>>,
        bed: Bed,
    ) -> Core {
        Core {
            index,
            config,
            ring,
            bed: Some(bed),
            yielded: None,
            tasks,
            shelf: Shelf::new(),
            patience: Patience::new(),
            until_inject: config.inject_interval,
            polls: 0,
            is_searching: false,
            loot: None,
            watch: None,
            random: 0x9E37_79B9_u32.wrapping_mul(index as u32 + 1) | 1,
        }
    }

    /// What is queued from now on has given way.
    #[inline]
    pub(crate) fn mark_yield(&mut self) {
        self.yielded.get_or_insert(self.ring.mark());
    }

    // ANCHOR: next-task
    /// The task to be polled next, of those that no other worker has.
    #[inline]
    pub(crate) fn next_task(&mut self, shared: &Shared) -> Option<LocalNotified<Handle>> {
        self.until_inject -= 1;
        let injected = match self.until_inject {
            0 => self.take_injected(shared),
            _ => None,
        };
        let ticket = match injected.or_else(|| self.ring.pop()) {
            Some(ticket) => ticket,
            None => self.take_injected(shared)?,
        };
        Some(shared.tasks.assert_owner(ticket))
    }
    // ANCHOR_END: next-task

    /// Takes a part of what is in the inject queue, and what the worker's own ring had no room for. Returns the first
    /// of it if the ring is empty, and puts the rest behind what is there.
    fn take_injected(&mut self, shared: &Shared) -> Option<Notified<Handle>> {
        self.until_inject = self.config.inject_interval;
        let spill = &shared.fronts[self.index].spill;
        let room = CAPACITY - self.ring.len();
        let max = INJECT_BATCH.min(room);
        // A part of what is for all, and then of its own as much as there is room for.
        let mut batch = shared.inject.pop_batch(shared.workers(), max);
        batch.append(&mut spill.pop_batch(1, max - batch.len()));
        let first = match self.ring.is_empty() {
            true => batch.pop_front(),
            false => None,
        };
        while let Some(ticket) = batch.pop_front() {
            self.ring.push(ticket, spill);
        }
        first
    }

    // ANCHOR: steal
    /// Takes half of the tasks of a worker that is open to thieves.
    pub(crate) fn steal(&mut self, shared: &Shared) -> Option<LocalNotified<Handle>> {
        self.judge_loot(shared);
        let workers = shared.workers();
        let first = self.next_random() as usize % workers;
        let before = self.ring.mark();
        for i in 0..workers {
            let victim = (first + i) % workers;
            let front = &shared.fronts[victim];
            // ORDERING: Relaxed, as it is a hint. What is stolen is decided in the ring.
            if victim == self.index || !front.has_spare() {
                continue;
            }
            // A race is lost to another thread that got something, so this ends.
            loop {
                match front.thief.steal_half(&mut self.ring) {
                    Ok(ticket) => return Some(self.stolen(shared, victim, ticket, before)),
                    Err(Missed::Raced) => {}
                    Err(Missed::Empty) => break,
                }
            }
            let mut batch = front.spill.pop_batch(2, INJECT_BATCH);
            if let Some(ticket) = batch.pop_front() {
                let mine = &shared.fronts[self.index].spill;
                while let Some(ticket) = batch.pop_front() {
                    self.ring.push(ticket, mine);
                }
                return Some(self.stolen(shared, victim, ticket, before));
            }
        }
        None
    }
    // ANCHOR_END: steal

    // ANCHOR: relieve
    /// Takes all that waits behind the poll of a stuck worker, as far as there is room. It goes behind our own tasks.
    pub(crate) fn relieve(&mut self, shared: &Shared, stuck: usize) {
        let front = &shared.fronts[stuck];
        let mine = &shared.fronts[self.index].spill;
        let room = CAPACITY - self.ring.len();
        let mut count = 0;
        while count < room {
            match front.thief.steal_one() {
                Ok(ticket) => self.ring.push(ticket, mine),
                // Another thread was faster, and runs it.
                Err(Missed::Empty | Missed::Raced) => break,
            }
            count += 1;
        }
        let mut batch = front.spill.pop_batch(2, room - count);
        while let Some(ticket) = batch.pop_front() {
            self.ring.push(ticket, mine);
            count += 1;
        }
        self.note_stolen(shared, stuck, count);
    }
    // ANCHOR_END: relieve

    fn stolen(
        &mut self,
        shared: &Shared,
        victim: usize,
        ticket: Notified<Handle>,
        before: Mark,
    ) -> LocalNotified<Handle> {
        let count = 1 + self.ring.mark().since(before);
        self.note_stolen(shared, victim, count as usize);
        self.loot = Some(Loot {
            victim,
            look: shared.fronts[self.index].pace.look(shared.now()),
        });
        shared.tasks.assert_owner(ticket)
    }

    fn note_stolen(&self, shared: &Shared, victim: usize, count: usize) {
        if count == 0 {
            return;
        }
        trace::stolen(victim, self.index, count);
        let metrics = &shared.fronts[self.index].metrics;
        metrics.steals.add(count as u64);
        metrics.steal_operations.add(1);
    }

    // ANCHOR: judge-loot
    /// All that was stolen has run. If those polls were many and short, fetching the tasks has cost more than running them: the
    /// victim may be stuck, but what it has is not worth stealing. So its door is shut until the watcher's next look.
    fn judge_loot(&mut self, shared: &Shared) {
        let Some(loot) = self.loot.take() else {
            return;
        };
        let now = shared.fronts[self.index].pace.look(shared.now());
        if !Look::is_worth_it(loot.look, now) {
            shared.fronts[loot.victim].door.set(Door::Shut);
        }
    }
    // ANCHOR_END: judge-loot

    /// Xorshift: thieves must not all begin at the same worker, and that is all it is for.
    fn next_random(&mut self) -> u32 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 17;
        self.random ^= self.random << 5;
        self.random
    }
}
