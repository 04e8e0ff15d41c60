//! exercise: 7.8
//! test: log_pipeline::a_panic_ends_its_worker_only
//! verdict: wrong
//! message: the lines of web are
//! rule: A worker that panics ends, and the lines of all other sources are written.
//!
//! A send that fails says that its receiver is gone, and a pipeline whose next stage is gone has nothing to do. That
//! holds for a pipe with one end. This one has a channel for each source, and one of them says nothing of the others.

<<<<<<< solution
        let _ = worker.send(text.to_owned()).await;
=======
        if worker.send(text.to_owned()).await.is_err() {
            break;
        }
>>>>>>> wrong
