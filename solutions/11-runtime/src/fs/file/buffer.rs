//! The bytes that go between a file and its user.

use std::fs::File as StdFile;
use std::io::{self, ErrorKind, IoSlice, Read, Seek, SeekFrom, Write};

/// Bytes that were read and not taken, or that are to be written.
#[derive(Debug, Default)]
pub(super) struct Buffer {
    bytes: Vec<u8>,
    /// Those before are taken.
    start: usize,
}

impl Buffer {
    pub(super) fn unread(&self) -> &[u8] {
        &self.bytes[self.start..]
    }

    /// Gives away as much as fits.
    pub(super) fn take_into(&mut self, bytes: &mut [u8]) -> usize {
        let count = self.unread().len().min(bytes.len());
        bytes[..count].copy_from_slice(&self.unread()[..count]);
        self.start += count;
        count
    }

    /// Forgets what is there. Returns how many bytes nobody has taken.
    pub(super) fn clear(&mut self) -> usize {
        let unread = self.unread().len();
        self.bytes.clear();
        self.start = 0;
        unread
    }

    /// Takes bytes that are to be written, so many at most. Returns how many.
    pub(super) fn fill(&mut self, slices: &[IoSlice<'_>], max: usize) -> usize {
        self.clear();
        for slice in slices {
            let room = max - self.bytes.len();
            self.bytes
                .extend_from_slice(&slice[..slice.len().min(room)]);
        }
        self.bytes.len()
    }

    /// Reads so many bytes at most, once. Blocks.
    pub(super) fn read(&mut self, mut file: &StdFile, max: usize) -> io::Result<usize> {
        self.clear();
        self.bytes.resize(max, 0);
        let read = loop {
            match file.read(&mut self.bytes) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                read => break read,
            }
        };
        self.bytes.truncate(*read.as_ref().unwrap_or(&0));
        read
    }

    /// Writes all. Blocks.
    pub(super) fn write(&mut self, mut file: &StdFile) -> io::Result<()> {
        let written = file.write_all(&self.bytes);
        self.clear();
        written
    }
}

/// Sets the position back, by the bytes that nobody has taken. Blocks.
pub(super) fn set_back(mut file: &StdFile, back: usize) -> io::Result<()> {
    if back != 0 {
        file.seek(SeekFrom::Current(-(back as i64)))?;
    }
    Ok(())
}
