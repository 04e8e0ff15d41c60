//! The whole life of a task, as its word tells it.
//!
//! This needs no task: the word and its transitions are a type of their own. Each line is one
//! transition, what it tells its caller, and what the word says afterwards.

use std::fmt::Debug;

use harness::state::State;

fn main() {
    println!("{:<34} {:<12} the word", "what happens", "outcome");
    let state = State::new(3);
    let line = |what: &str, outcome: &dyn Debug| {
        let outcome = format!("{outcome:?}");
        println!("{what:<34} {outcome:<12} {:?}", state.load());
    };

    line("spawned", &format_args!(""));
    line("the handle leaves a waker", &state.set_join_waker());
    line("a poll begins", &state.transition_to_running());
    state.ref_inc();
    line("the future clones its waker", &format_args!(""));
    line("the poll ends, Pending", &state.transition_to_idle());
    let woken = state.transition_to_notified_by_val();
    line("that waker wakes, by value", &woken);
    line("a poll begins", &state.transition_to_running());
    let woken = state.transition_to_notified_by_ref();
    line("the task wakes itself", &woken);
    line("the poll ends, Pending", &state.transition_to_idle());
    line("a poll begins", &state.transition_to_running());
    line("the poll ends, Ready", &state.transition_to_complete(2));
    line("ticket and list: two fewer", &state.ref_dec(2));
    let dropped = state.transition_to_join_dropped();
    line("the handle is dropped", &dropped);
    line("its reference: one fewer", &state.ref_dec(1));
}
