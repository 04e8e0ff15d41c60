//! The signal that a terminal sends.

use std::io;

use super::unix::{SignalKind, signal};

/// Waits until somebody presses Ctrl-C.
///
/// The first call changes what that does, for as long as the program runs: it does not end the program any more,
/// also when nothing waits for it.
///
/// # Errors
///
/// If the handler cannot be set up.
///
/// # Cancellation
///
/// Nothing is lost but a signal that comes between two calls. Use [`signal`] to have that too.
///
/// # Examples
///
/// ```no_run
/// # let runtime = reveille::runtime::Builder::new_current_thread().build()?;
/// runtime.block_on(async {
///     println!("waiting for Ctrl-C");
///     reveille::signal::ctrl_c().await
/// })?;
/// # Ok::<_, std::io::Error>(())
/// ```
#[harness::leaf("ctrl_c", ())]
pub async fn ctrl_c() -> io::Result<()> {
    signal(SignalKind::interrupt())?.recv().await;
    Ok(())
}
