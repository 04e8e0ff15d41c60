//! How a file is opened.

use std::fs::OpenOptions as StdOpenOptions;
use std::io;
#[cfg(unix)]
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use super::file::File;
use super::job::run;

/// How a file is opened. As [`std::fs::OpenOptions`].
///
/// # Examples
///
/// ```
/// use reveille::fs::OpenOptions;
/// use reveille::io::AsyncWriteExt;
///
/// # let runtime = reveille::runtime::Builder::new_current_thread().build()?;
/// let path = std::env::temp_dir().join(format!("reveille-options-{}", std::process::id()));
/// runtime.block_on(async {
///     let mut log = OpenOptions::new().append(true).create(true).open(&path).await?;
///     log.write_all(b"one more line\n").await?;
///     log.flush().await
/// })?;
/// # std::fs::remove_file(path)?;
/// # Ok::<_, std::io::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct OpenOptions(StdOpenOptions);

impl OpenOptions {
    /// Nothing is allowed.
    #[expect(clippy::new_without_default, reason = "as in the standard library")]
    pub fn new() -> OpenOptions {
        OpenOptions(StdOpenOptions::new())
    }

    /// Whether the file can be read.
    pub fn read(&mut self, read: bool) -> &mut OpenOptions {
        self.0.read(read);
        self
    }

    /// Whether the file can be written.
    pub fn write(&mut self, write: bool) -> &mut OpenOptions {
        self.0.write(write);
        self
    }

    /// Whether all that is written comes behind what is there.
    pub fn append(&mut self, append: bool) -> &mut OpenOptions {
        self.0.append(append);
        self
    }

    /// Whether a file that is there is emptied.
    pub fn truncate(&mut self, truncate: bool) -> &mut OpenOptions {
        self.0.truncate(truncate);
        self
    }

    /// Whether a file is made if none is there.
    pub fn create(&mut self, create: bool) -> &mut OpenOptions {
        self.0.create(create);
        self
    }

    /// Whether a file is made, and it is an error if one is there.
    pub fn create_new(&mut self, create_new: bool) -> &mut OpenOptions {
        self.0.create_new(create_new);
        self
    }

    /// The permissions of a file that is made.
    #[cfg(unix)]
    pub fn mode(&mut self, mode: u32) -> &mut OpenOptions {
        self.0.mode(mode);
        self
    }

    /// More flags of the system.
    #[cfg(unix)]
    pub fn custom_flags(&mut self, flags: i32) -> &mut OpenOptions {
        self.0.custom_flags(flags);
        self
    }

    /// Opens the file.
    ///
    /// # Errors
    ///
    /// As of [`std::fs::OpenOptions::open`].
    ///
    /// # Cancellation
    ///
    /// The file may have been made or emptied. It is closed.
    #[harness::leaf("File::open", ())]
    pub async fn open(&self, path: impl AsRef<Path>) -> io::Result<File> {
        let options = self.0.clone();
        let path = path.as_ref().to_owned();
        Ok(File::from_std(run(move || options.open(path)).await?))
    }
}

impl From<StdOpenOptions> for OpenOptions {
    fn from(options: StdOpenOptions) -> OpenOptions {
        OpenOptions(options)
    }
}
