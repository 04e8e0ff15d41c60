//! A panic says where the mistake is: in the line that called, not in one of ours. See the table of
//! chapter 6; this is the part of it that is about channels.

#![cfg(not(loom))]

#[path = "../../06-locks/tests/table/mod.rs"]
mod table;

use channels::{broadcast, mpsc};
use table::{inside, outside};
use testkit::{Exercise, Rule};

const CHAPTER: Exercise = Exercise::chapter("7", "channels/index.md");
const PLACE: Rule = CHAPTER.rule("A panic names the line of the caller whose mistake it is.");

fn mpsc_pair() -> (mpsc::Sender<u32>, mpsc::Receiver<u32>) {
    mpsc::channel(1)
}

#[test]
fn panics_name_their_caller() {
    let table = table! {
        outside mpsc::channel::<u32>(0);
        outside mpsc::channel::<u32>(usize::MAX);
        inside mpsc_pair().0.blocking_send(1);
        inside mpsc_pair().1.blocking_recv();
        inside mpsc_pair().1.blocking_recv_many(&mut Vec::new(), 1);
        inside mpsc::unbounded_channel::<u32>().1.blocking_recv();
        inside mpsc::unbounded_channel::<u32>().1.blocking_recv_many(&mut Vec::new(), 1);
        outside mpsc::PollSender::new(mpsc_pair().0).send_item(1);
        outside broadcast::channel::<u32>(0);
        outside broadcast::Sender::<u32>::new(usize::MAX);
        inside broadcast::channel::<u32>(1).1.blocking_recv();
    };
    for (call, panics) in table {
        PLACE.panics_in(file!(), call, panics);
    }
}
