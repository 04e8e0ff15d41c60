//! What is measured of primitives: tasks that meet. All of them run on chapter 4's scheduler,
//! whosever primitives they use, so that only these differ.

use std::hint::black_box;
use std::pin::pin;
use std::sync::Arc;

use current_thread::{Runtime, spawn, yield_now};
use futures_util::future::join;

use crate::primitives::{
    Bounded, Broadcast, Futures, Library, Lock, Message, Notices, Oneshot, Ours, Permits, Smol,
    Tokio, Unbounded,
};
use crate::workloads::{Workload, all_done, count_down, expect};

/// A workload, and who runs it.
pub struct Meeting {
    pub workload: Workload,
    pub lanes: &'static [Lane],
}

/// Whose primitives, and the workload with them.
type Lane = (&'static str, fn(&Runtime, usize));

/// How many messages a bounded channel has room for.
const CAPACITY: usize = 64;

/// How many messages are sent before others have their turn, where nobody has to wait for room.
const BURST: usize = 32;

/// How many receive each message.
const RECEIVERS: usize = 8;

/// How many tasks want a lock, or permits, of which there are two.
const RIVALS: usize = 8;

/// One generic function for each of the libraries.
macro_rules! lanes {
    ($run:ident: $($library:ident),+) => {
        &[$((<$library as Library>::NAME, $run::<$library>)),+]
    };
}

pub const MEETINGS: [Meeting; 16] = [
    Meeting {
        workload: Workload {
            name: "oneshot",
            operation: "channel, a message sent and then awaited",
            n: 10_000,
        },
        lanes: lanes!(oneshot: Tokio, Ours, Smol, Futures),
    },
    Meeting {
        workload: Workload {
            name: "oneshot_wait",
            operation: "channel, a message awaited and then sent",
            n: 10_000,
        },
        lanes: lanes!(oneshot_wait: Tokio, Ours, Smol, Futures),
    },
    Meeting {
        workload: Workload {
            name: "mpsc_1",
            operation: "message of one sender, room for 64",
            n: 50_000,
        },
        lanes: lanes!(bounded_of_1: Tokio, Ours, Smol, Futures),
    },
    Meeting {
        workload: Workload {
            name: "mpsc_4",
            operation: "message of one of four senders, room for 64",
            n: 50_000,
        },
        lanes: lanes!(bounded_of_4: Tokio, Ours, Smol, Futures),
    },
    Meeting {
        workload: Workload {
            name: "unbounded_1",
            operation: "message of one sender, 32 at a time",
            n: 50_000,
        },
        lanes: lanes!(unbounded_of_1: Tokio, Ours, Smol, Futures),
    },
    Meeting {
        workload: Workload {
            name: "unbounded_4",
            operation: "message of one of four senders, 32 at a time",
            n: 50_000,
        },
        lanes: lanes!(unbounded_of_4: Tokio, Ours, Smol, Futures),
    },
    Meeting {
        workload: Workload {
            name: "mpsc_pair",
            operation: "round of two tasks, with a bounded channel each way",
            n: 20_000,
        },
        lanes: lanes!(bounded_pair: Tokio, Ours, Smol, Futures),
    },
    Meeting {
        workload: Workload {
            name: "unbounded_pair",
            operation: "round of two tasks, with an unbounded channel each way",
            n: 20_000,
        },
        lanes: lanes!(unbounded_pair: Tokio, Ours, Smol, Futures),
    },
    Meeting {
        workload: Workload {
            name: "mutex",
            operation: "lock that nobody else has",
            n: 50_000,
        },
        lanes: lanes!(lock: Tokio, Ours, Smol, Futures),
    },
    Meeting {
        workload: Workload {
            name: "mutex_rivals",
            operation: "lock that goes round eight tasks, each of which holds it while it yields",
            n: 20_000,
        },
        lanes: lanes!(lock_of_rivals: Tokio, Ours, Smol, Futures),
    },
    Meeting {
        workload: Workload {
            name: "semaphore",
            operation: "permit that is free",
            n: 50_000,
        },
        lanes: lanes!(acquire: Tokio, Ours, Smol),
    },
    Meeting {
        workload: Workload {
            name: "semaphore_rivals",
            operation: "permit of two that go round eight tasks, which hold them while they yield",
            n: 20_000,
        },
        lanes: lanes!(acquire_of_rivals: Tokio, Ours, Smol),
    },
    Meeting {
        workload: Workload {
            name: "notify_pair",
            operation: "round of two tasks that notify each other",
            n: 20_000,
        },
        lanes: lanes!(notify_pair: Tokio, Ours, Smol),
    },
    Meeting {
        workload: Workload {
            name: "broadcast_pass",
            operation: "message to eight receivers that each waits for",
            n: 5_000,
        },
        lanes: lanes!(broadcast_pass: Tokio, Ours, Smol),
    },
    Meeting {
        workload: Workload {
            name: "broadcast",
            operation: "message to eight receivers, 32 at a time",
            n: 10_000,
        },
        lanes: lanes!(broadcast_burst: Tokio, Ours, Smol),
    },
    Meeting {
        workload: Workload {
            name: "broadcast_one",
            operation: "message to one receiver, 32 at a time",
            n: 20_000,
        },
        lanes: lanes!(broadcast_one: Tokio, Ours, Smol),
    },
];

fn oneshot<L: Oneshot>(rt: &Runtime, n: usize) {
    rt.block_on(async {
        for i in 0..n {
            let (sender, receiver) = L::channel();
            L::send(sender, black_box(i));
            black_box(L::recv(receiver).await);
        }
    });
}

/// The task waits for itself: it polls the receiver, then sends, and is woken.
fn oneshot_wait<L: Oneshot>(rt: &Runtime, n: usize) {
    rt.block_on(async {
        let task = spawn(async move {
            for i in 0..n {
                let (sender, receiver) = L::channel();
                let (message, ()) = join(L::recv(receiver), async {
                    L::send(sender, black_box(i));
                })
                .await;
                black_box(message);
            }
        });
        task.await.expect("no task panics here");
    });
}

fn bounded_of_1<L: Bounded>(rt: &Runtime, n: usize) {
    bounded::<L>(rt, n, 1);
}

fn bounded_of_4<L: Bounded>(rt: &Runtime, n: usize) {
    bounded::<L>(rt, n, 4);
}

/// Senders fill the channel and wait, the receiver empties it and waits.
fn bounded<L: Bounded>(rt: &Runtime, n: usize, senders: usize) {
    rt.block_on(async {
        let (sender, mut receiver) = L::channel(CAPACITY, senders);
        for mut sender in clones(sender, senders) {
            drop(spawn(async move {
                for i in 0..n / senders {
                    L::send(&mut sender, black_box(i)).await;
                }
            }));
        }
        let received = spawn(async move {
            while let Some(message) = L::recv(&mut receiver).await {
                black_box(message);
            }
        });
        received.await.expect("no task panics here");
    });
}

fn unbounded_of_1<L: Unbounded>(rt: &Runtime, n: usize) {
    unbounded::<L>(rt, n, 1);
}

fn unbounded_of_4<L: Unbounded>(rt: &Runtime, n: usize) {
    unbounded::<L>(rt, n, 4);
}

/// Senders send some messages and yield, the receiver empties the channel and waits.
fn unbounded<L: Unbounded>(rt: &Runtime, n: usize, senders: usize) {
    rt.block_on(async {
        let (sender, mut receiver) = L::channel();
        for sender in clones(sender, senders) {
            drop(spawn(async move {
                for i in 0..n / senders {
                    L::send(&sender, black_box(i));
                    if i % BURST == 0 {
                        yield_now().await;
                    }
                }
            }));
        }
        let received = spawn(async move {
            while let Some(message) = L::recv(&mut receiver).await {
                black_box(message);
            }
        });
        received.await.expect("no task panics here");
    });
}

/// So many in all.
fn clones<S: Clone>(sender: S, n: usize) -> Vec<S> {
    let mut all = vec![sender];
    while all.len() < n {
        all.push(all[0].clone());
    }
    all
}

fn bounded_pair<L: Bounded>(rt: &Runtime, n: usize) {
    rt.block_on(async {
        let (mut to_pong, mut from_ping) = L::channel(CAPACITY, 1);
        let (mut to_ping, mut from_pong) = L::channel(CAPACITY, 1);
        drop(spawn(async move {
            while let Some(message) = L::recv(&mut from_ping).await {
                L::send(&mut to_ping, message).await;
            }
        }));
        let ping = spawn(async move {
            for i in 0..n {
                L::send(&mut to_pong, black_box(i)).await;
                black_box(L::recv(&mut from_pong).await);
            }
        });
        ping.await.expect("no task panics here");
    });
}

fn unbounded_pair<L: Unbounded>(rt: &Runtime, n: usize) {
    rt.block_on(async {
        let (to_pong, mut from_ping) = L::channel();
        let (to_ping, mut from_pong) = L::channel();
        drop(spawn(async move {
            while let Some(message) = L::recv(&mut from_ping).await {
                L::send(&to_ping, message);
            }
        }));
        let ping = spawn(async move {
            for i in 0..n {
                L::send(&to_pong, black_box(i));
                black_box(L::recv(&mut from_pong).await);
            }
        });
        ping.await.expect("no task panics here");
    });
}

fn lock<L: Lock>(rt: &Runtime, n: usize) {
    rt.block_on(async {
        let mutex = black_box(L::new());
        for _ in 0..n {
            *L::lock(&mutex).await += 1;
        }
        assert_eq!(*L::lock(&mutex).await, n);
    });
}

/// Who has had the lock yields once more, so that it goes round. Otherwise a lock that is not fair
/// would be measured where the same task takes it again and again.
fn lock_of_rivals<L: Lock>(rt: &Runtime, n: usize) {
    rt.block_on(async {
        let mutex = Arc::new(L::new());
        expect(RIVALS);
        for _ in 0..RIVALS {
            let mutex = Arc::clone(&mutex);
            drop(spawn(async move {
                for _ in 0..n / RIVALS {
                    let mut count = L::lock(&mutex).await;
                    yield_now().await;
                    *count += 1;
                    drop(count);
                    yield_now().await;
                }
                count_down();
            }));
        }
        all_done().await;
        assert_eq!(*L::lock(&mutex).await, n);
    });
}

fn acquire<L: Permits>(rt: &Runtime, n: usize) {
    rt.block_on(async {
        let semaphore = black_box(L::new(2));
        for _ in 0..n {
            black_box(&L::acquire(&semaphore).await);
        }
    });
}

/// The permits go round, as the lock does in `lock_of_rivals`.
fn acquire_of_rivals<L: Permits>(rt: &Runtime, n: usize) {
    rt.block_on(async {
        let semaphore = Arc::new(L::new(2));
        expect(RIVALS);
        for _ in 0..RIVALS {
            let semaphore = Arc::clone(&semaphore);
            drop(spawn(async move {
                for _ in 0..n / RIVALS {
                    let permit = L::acquire(&semaphore).await;
                    yield_now().await;
                    drop(permit);
                    yield_now().await;
                }
                count_down();
            }));
        }
        all_done().await;
    });
}

/// Each asks for its next notification before it notifies the other, as an event demands. Both have
/// done so the first time before either of them runs.
fn notify_pair<L: Notices>(rt: &Runtime, n: usize) {
    rt.block_on(async {
        let both = Arc::new((L::new(), L::new()));
        let ping = {
            let both = Arc::clone(&both);
            spawn(async move {
                // Pong runs first, and waits.
                yield_now().await;
                for _ in 0..n {
                    let answer = L::notified(&both.0);
                    L::notify_one(&both.1);
                    answer.await;
                }
            })
        };
        drop(spawn(async move {
            let mut called = pin!(L::notified(&both.1));
            for _ in 0..n {
                called.as_mut().await;
                called.set(L::notified(&both.1));
                L::notify_one(&both.0);
            }
        }));
        ping.await.expect("no task panics here");
    });
}

fn broadcast_pass<L: Broadcast>(rt: &Runtime, n: usize) {
    broadcast::<L>(rt, n, RECEIVERS, 1);
}

fn broadcast_burst<L: Broadcast>(rt: &Runtime, n: usize) {
    broadcast::<L>(rt, n, RECEIVERS, BURST);
}

fn broadcast_one<L: Broadcast>(rt: &Runtime, n: usize) {
    broadcast::<L>(rt, n, 1, BURST);
}

/// After each burst the receivers receive all of it, and wait. So there is always room.
fn broadcast<L: Broadcast>(rt: &Runtime, n: usize, receivers: usize, burst: usize) {
    rt.block_on(async {
        let (sender, all) = L::channel(CAPACITY, receivers);
        expect(receivers);
        for mut receiver in all {
            drop(spawn(async move {
                let mut received = 0;
                while let Some(message) = L::recv(&mut receiver).await {
                    let _: Message = black_box(message);
                    received += 1;
                }
                assert_eq!(received, n, "a message was lost");
                count_down();
            }));
        }
        drop(spawn(async move {
            for i in 0..n {
                if i % burst == 0 {
                    yield_now().await;
                }
                L::send(&sender, black_box(i)).await;
            }
        }));
        all_done().await;
    });
}
