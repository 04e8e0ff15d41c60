//! The intrusive list and the run queue against a `VecDeque`.

#![cfg(not(loom))]

mod schedulers;

use std::collections::VecDeque;
use std::mem::offset_of;
use std::ptr::NonNull;

use harness::list::{Link, LinkedList, Links};
use harness::{Id, Notified, TaskQueue, unowned};
use schedulers::Pool;
use testkit::{Exercise, Rule};

const CHAPTER: Exercise = Exercise::chapter("3", "harness/index.md");
const LISTED: Rule = CHAPTER
    .rule("The intrusive list does what a deque does: what goes in comes out once, in order.");
const QUEUED: Rule =
    CHAPTER.rule("The run queue does what a deque does, and drops the tickets that are left.");

struct Node {
    number: usize,
    links: Links<Node>,
}

struct ByNumber;

// SAFETY: a box in raw form stays where it is, and `links` is a field of what it holds.
unsafe impl Link for ByNumber {
    type Handle = Box<Node>;
    type Target = Node;

    fn into_raw(node: Box<Node>) -> NonNull<Node> {
        NonNull::from(Box::leak(node))
    }

    unsafe fn from_raw(node: NonNull<Node>) -> Box<Node> {
        // SAFETY: `into_raw` made it of a box.
        unsafe { Box::from_raw(node.as_ptr()) }
    }

    unsafe fn links(node: NonNull<Node>) -> NonNull<Links<Node>> {
        // SAFETY: a field of a node that is alive.
        unsafe { node.byte_add(offset_of!(Node, links)) }.cast()
    }
}

/// A small generator, so that a failure can be run again.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (self.0 >> 33) as usize % end
    }
}

#[test]
fn the_list_does_what_a_deque_does() {
    LISTED.holds("the list does what a deque does", || {
        let steps = if cfg!(miri) { 500 } else { 20_000 };
        let mut random = Random(3);
        let mut list = LinkedList::<ByNumber>::new();
        let mut model: VecDeque<(usize, NonNull<Node>)> = VecDeque::new();
        for number in 0..steps {
            match random.below(7) {
                0..=1 => {
                    let node = Box::new(Node {
                        number,
                        links: Links::new(),
                    });
                    let address = ByNumber::into_raw(node);
                    // SAFETY: made of a box in the line above.
                    let node = unsafe { ByNumber::from_raw(address) };
                    // SAFETY: it is in no list.
                    unsafe { list.push_front(node) };
                    model.push_front((number, address));
                }
                2 => {
                    let popped = list.pop_back().map(|node| node.number);
                    assert_eq!(popped, model.pop_back().map(|(number, _)| number));
                }
                3 => {
                    let popped = list.pop_front().map(|node| node.number);
                    assert_eq!(popped, model.pop_front().map(|(number, _)| number));
                }
                4 => {
                    // What came later is appended to a list of a few that came before.
                    let mut newer = std::mem::take(&mut list);
                    for address in model.split_off(random.below(model.len() + 1)) {
                        // SAFETY: it is in this list, until it is moved to the other.
                        let node = unsafe { newer.remove(address.1) }.expect("it is in the list");
                        // They come from the front, and each goes behind the one before.
                        let mut single = LinkedList::new();
                        // SAFETY: it is in no list.
                        unsafe { single.push_front(node) };
                        single.append(&mut list);
                        list = single;
                        model.push_back(address);
                    }
                    list.append(&mut newer);
                    assert!(newer.is_empty());
                }
                _ if !model.is_empty() => {
                    let (number, address) = model.remove(random.below(model.len())).unwrap();
                    // SAFETY: it is in this list.
                    assert!(unsafe { list.contains(address) });
                    // SAFETY: it is in this list.
                    let node = unsafe { list.remove(address) }.expect("it is in the list");
                    assert_eq!(node.number, number);
                    let address = ByNumber::into_raw(node);
                    // SAFETY: it is alive, and in no list.
                    assert!(unsafe { list.remove(address) }.is_none());
                    // SAFETY: made of a box above.
                    drop(unsafe { ByNumber::from_raw(address) });
                }
                _ => {}
            }
            assert_eq!(list.is_empty(), model.is_empty());
            let last = model.back().map(|(_, address)| *address);
            assert_eq!(list.last(), last);
        }
        while let Some(node) = list.pop_back() {
            assert_eq!(
                Some(node.number),
                model.pop_back().map(|(number, _)| number)
            );
        }
        assert!(model.is_empty());
    });
}

fn ticket(pool: &Pool) -> Notified<Pool> {
    unowned(async {}, pool.clone(), Id::next()).0
}

#[test]
fn the_queue_does_what_a_deque_does() {
    QUEUED.holds("the queue does what a deque does", || {
        let steps = if cfg!(miri) { 300 } else { 10_000 };
        let pool = Pool::new();
        let mut random = Random(4);
        let mut queues = [TaskQueue::new(), TaskQueue::new()];
        let mut models = [VecDeque::new(), VecDeque::new()];
        for _ in 0..steps {
            let which = random.below(2);
            match random.below(5) {
                0..=1 => {
                    let notified = ticket(&pool);
                    models[which].push_back(notified.id());
                    queues[which].push_back(notified);
                }
                2..=3 => {
                    let popped = queues[which].pop_front().map(|notified| notified.id());
                    assert_eq!(popped, models[which].pop_front());
                }
                _ => {
                    let [first, second] = &mut queues;
                    first.append(second);
                    let [first, second] = &mut models;
                    first.append(second);
                }
            }
            for (queue, model) in queues.iter().zip(&models) {
                assert_eq!(queue.len(), model.len());
                assert_eq!(queue.is_empty(), model.is_empty());
            }
        }
        drop(queues);
        assert_eq!(pool.handles(), 1, "a ticket leaked");
    });
}
