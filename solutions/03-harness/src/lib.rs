//! Chapter 3: the task.

mod abort;
mod cell;
mod core;
mod error;
mod harness;
mod id;
mod isolate;
mod join;
pub mod list;
mod owned;
mod owner;
mod queue;
mod raw;
mod schedule;
pub mod state;
mod task;
mod task_list;
mod trailer;
mod vtable;
mod waker;

pub use raw_waker::loom;

pub use abort::AbortHandle;
pub use error::JoinError;
pub use id::{Id, id, try_id};
pub use join::JoinHandle;
pub use owned::{LocalOwnedTasks, OwnedTasks};
pub use owner::OwnerId;
pub use queue::TaskQueue;
pub use schedule::Schedule;
pub use task::{LocalNotified, Notified, Task, owned, unowned};
pub use task_list::TaskList;
