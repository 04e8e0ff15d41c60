//! 7.3: a close, while the last permit comes back: every interleaving.

#![cfg(loom)]

mod asleep;

use asleep::block_on;
use channels::mpsc::channel;
use model::loom::thread;
use testkit::{Exercise, Rule, lane};

const EX: Exercise = Exercise::new("7.3", "channels/close.md");

const END: Rule =
    EX.rule("The last permit that comes back after a close ends the wait of the receiver.");

#[test]
fn the_last_permit_comes_back_during_a_poll() {
    END.model(|| {
        lane("the receiver");
        let (tx, mut rx) = channel::<u32>(1);
        let permit = tx.clone().try_reserve_owned().unwrap();
        let dropping = thread::spawn(move || {
            lane("the sender");
            drop(permit);
        });
        rx.close();
        assert_eq!(block_on(rx.recv()), None);
        dropping.join().unwrap();
        drop(tx);
    });
}
