//! On Windows: child processes that end when this one does, however it ends.
//!
//! A job is a group of processes. The one that `process_wrap` makes is killed when we say so; if we are
//! killed ourselves, its processes go on. So each child is put into a second job around that one, which
//! the system ends when the last handle to it is closed, and the only handle is ours.

use std::io::{Error, Result};
use std::os::windows::io::{AsRawHandle, BorrowedHandle, FromRawHandle, OwnedHandle};
use std::ptr;

use process_wrap::std::{ChildWrapper, CommandWrap, CommandWrapper};
use windows_sys::Win32::System::JobObjects::{
    AssignProcessToJobObject, CreateJobObjectW, JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE,
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION, JobObjectExtendedLimitInformation,
    SetInformationJobObject,
};

/// Puts a child into a job that ends with this process.
#[derive(Debug)]
pub struct EndsWithUs;

/// A child, and the job that it is in.
#[derive(Debug)]
struct InJob {
    child: Box<dyn ChildWrapper>,
    /// Closed when the child is dropped: what it has left behind ends then.
    job: OwnedHandle,
}

impl CommandWrapper for EndsWithUs {
    fn wrap_child(
        &mut self,
        child: Box<dyn ChildWrapper>,
        _core: &CommandWrap,
    ) -> Result<Box<dyn ChildWrapper>> {
        let Some(process) = child.process_handle() else {
            return Ok(child);
        };
        let job = job()?;
        // SAFETY: both are handles of the kinds that are asked for, and are borrowed, so they are open.
        let assigned =
            unsafe { AssignProcessToJobObject(job.as_raw_handle(), process.as_raw_handle()) };
        // It fails where jobs cannot lie in one another. The child is in none of ours then, and runs
        // all the same.
        let _ = assigned;
        Ok(Box::new(InJob { child, job }))
    }
}

/// A job whose processes end when its only handle is closed.
fn job() -> Result<OwnedHandle> {
    // SAFETY: attributes and name may be null: the defaults, and none.
    let job = unsafe { CreateJobObjectW(ptr::null(), ptr::null()) };
    if job.is_null() {
        return Err(Error::last_os_error());
    }
    // SAFETY: the call succeeded, so this is an open handle, and nobody else owns it.
    let job = unsafe { OwnedHandle::from_raw_handle(job) };
    let mut limits = JOBOBJECT_EXTENDED_LIMIT_INFORMATION::default();
    limits.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE;
    // It is a hundred bytes and some.
    let size = size_of_val(&limits) as u32;
    // SAFETY: the handle is a job's and is open. The pointer leads to the structure that belongs to this
    // class of information, of which `size` bytes are read.
    let is_set = unsafe {
        SetInformationJobObject(
            job.as_raw_handle(),
            JobObjectExtendedLimitInformation,
            (&raw const limits).cast(),
            size,
        )
    };
    match is_set {
        0 => Err(Error::last_os_error()),
        _ => Ok(job),
    }
}

impl ChildWrapper for InJob {
    fn inner(&self) -> &dyn ChildWrapper {
        self.child.as_ref()
    }

    fn inner_mut(&mut self) -> &mut dyn ChildWrapper {
        self.child.as_mut()
    }

    fn into_inner(self: Box<Self>) -> Box<dyn ChildWrapper> {
        // The job has to outlive the child, and nothing tells when that ends any more.
        std::mem::forget(self.job);
        self.child
    }

    fn process_handle(&self) -> Option<BorrowedHandle<'_>> {
        self.child.process_handle()
    }
}
