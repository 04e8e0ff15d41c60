//! Files that are read or written in one go.

use std::io;
use std::path::Path;

use super::job::run;

/// Reads a whole file.
///
/// # Errors
///
/// As of [`std::fs::read`].
///
/// # Cancellation
///
/// Nothing is left but what the read itself does.
///
/// # Examples
///
/// ```
/// use reveille::fs;
///
/// # let runtime = reveille::runtime::Builder::new_current_thread().build()?;
/// let manifest = runtime.block_on(fs::read("Cargo.toml"))?;
/// assert!(manifest.starts_with(b"[package]"));
/// # Ok::<_, std::io::Error>(())
/// ```
#[harness::leaf("fs::read", ())]
pub async fn read(path: impl AsRef<Path>) -> io::Result<Vec<u8>> {
    let path = path.as_ref().to_owned();
    run(move || std::fs::read(path)).await
}

/// Reads a whole file of UTF-8.
///
/// # Errors
///
/// As of [`std::fs::read_to_string`].
///
/// # Cancellation
///
/// As of [`read`].
///
/// # Examples
///
/// ```
/// # let runtime = reveille::runtime::Builder::new_current_thread().build()?;
/// let manifest = runtime.block_on(reveille::fs::read_to_string("Cargo.toml"))?;
/// assert!(manifest.contains("reveille"));
/// # Ok::<_, std::io::Error>(())
/// ```
#[harness::leaf("fs::read_to_string", ())]
pub async fn read_to_string(path: impl AsRef<Path>) -> io::Result<String> {
    let path = path.as_ref().to_owned();
    run(move || std::fs::read_to_string(path)).await
}

/// Makes a file of these bytes, in place of what was there. The bytes are copied first.
///
/// # Errors
///
/// As of [`std::fs::write`].
///
/// # Cancellation
///
/// The file is written all the same, if the job has begun or the runtime goes on.
///
/// # Examples
///
/// ```
/// use reveille::fs;
///
/// # let runtime = reveille::runtime::Builder::new_current_thread().build()?;
/// let path = std::env::temp_dir().join(format!("reveille-write-{}", std::process::id()));
/// runtime.block_on(async {
///     fs::write(&path, b"hello").await?;
///     assert_eq!(fs::read(&path).await?, b"hello");
///     fs::remove_file(&path).await
/// })?;
/// # Ok::<_, std::io::Error>(())
/// ```
#[harness::leaf("fs::write", ())]
pub async fn write(path: impl AsRef<Path>, contents: impl AsRef<[u8]>) -> io::Result<()> {
    let path = path.as_ref().to_owned();
    let contents = contents.as_ref().to_owned();
    run(move || std::fs::write(path, contents)).await
}
