//! exercise: 8.8
//! test: freed::one_that_goes_after_the_shutdown
//! verdict: wrong
//! message: kept
//! rule: What the shutdown has released is not released again.
//!
//! Whether the source was in the list or not, it must be kept for the driver. But if it was not in the list,
//! then the shutdown has released it, and there is no driver any more that could free what is kept.

<<<<<<< solution
        let Some(reference) = remove(&mut lists, io) else {
            // The shutdown has released all sources.
            return false;
        };
        lists.released.push(reference);
=======
        drop(remove(&mut lists, io));
        lists.released.push(Arc::clone(io));
>>>>>>> wrong
