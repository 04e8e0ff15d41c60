//! Files: what is read and written, where the position is, and what an operation that is given up leaves.

use std::future::Future;
use std::io::{ErrorKind, IoSlice, SeekFrom};
use std::path::PathBuf;
use std::pin::{Pin, pin};
use std::process;
use std::task::{Context, Poll, Waker};

use reveille::fs::{self, File, OpenOptions};
use reveille::io::{AsyncReadExt, AsyncSeekExt, AsyncWrite, AsyncWriteExt};
use reveille::runtime::{Builder, Runtime};
use testkit::{Exercise, Rule};

const EX: Exercise = Exercise::new("11", "runtime/index.md");

const BYTES: Rule =
    EX.rule("What is written is read, byte by byte, at the position where the caller is.");
const ERRORS: Rule = EX.rule("An error of a write is told by the next write, or by flush.");
const GIVEN_UP: Rule =
    EX.rule("A read that is given up loses no byte, and a write that is Ready is done.");
const ENDS: Rule = EX.rule("A write that is Ready is done also if the runtime ends.");
const PATHS: Rule = EX.rule("What is done with paths is what the standard library does.");

/// A directory of this test, removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("reveille-fs-{name}-{}", process::id()));
        std::fs::create_dir_all(&path).expect("a directory for files");
        Folder(path)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn runtime() -> Runtime {
    Builder::new_current_thread()
        .build()
        .expect("no system call")
}

fn poll_once<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

#[test]
fn what_is_written_is_read() {
    EX.within("reading and writing a file", || {
        let folder = Folder::new("bytes");
        let path = folder.file("a");
        let runtime = Builder::new_current_thread()
            .max_blocking_threads(1)
            .build()
            .expect("no system call");
        runtime.block_on(async {
            let mut options = OpenOptions::new();
            options.read(true).write(true).create(true);
            let mut file = options.open(&path).await.expect("it is made");
            // Some bytes go with each job.
            file.set_max_buf_size(10);
            let bytes: Vec<u8> = (0..=255).collect();
            file.write_all(&bytes).await.expect("there is room");
            file.flush().await.expect("there is room");
            BYTES.check_eq(
                "the length",
                file.metadata().await.expect("it is there").len(),
                256,
            );

            file.seek(SeekFrom::Start(100)).await.expect("it is a file");
            let mut some = [0; 5];
            file.read_exact(&mut some).await.expect("there are more");
            BYTES.check_eq("the bytes from 100", some, [100, 101, 102, 103, 104]);

            // A read that is given up has read more than was taken. The position is where the caller is.
            let mut many = [0; 8];
            // It waits for the only thread, or it might be done by the time that it is polled.
            let (let_go, is_let_go) = std::sync::mpsc::channel::<()>();
            let busy = reveille::task::spawn_blocking(move || is_let_go.recv());
            let polled = poll_once(pin!(file.read(&mut many)));
            BYTES.check(polled.is_pending(), "the buffer is empty");
            drop(let_go);
            let _ = busy.await;
            let position = file.seek(SeekFrom::Current(0)).await.expect("it is a file");
            BYTES.check_eq("the position", position, 105);
            file.read_exact(&mut many[..3])
                .await
                .expect("there are more");
            file.write_all(b"xy").await.expect("there is room");
            file.seek(SeekFrom::Start(106)).await.expect("it is a file");
            file.read_exact(&mut many).await.expect("there are more");
            BYTES.check_eq(
                "the bytes from 106",
                many,
                [106, 107, b'x', b'y', 110, 111, 112, 113],
            );

            file.seek(SeekFrom::End(-2)).await.expect("it is a file");
            let mut rest = Vec::new();
            file.read_to_end(&mut rest)
                .await
                .expect("there are two more");
            BYTES.check_eq("the last bytes", rest, vec![254, 255]);
            BYTES.check_eq("the end", file.read(&mut many).await.ok(), Some(0));

            file.set_len(3).await.expect("it can be written");
            file.sync_all().await.expect("there is a disk");
            let std = file.into_std().await;
            BYTES.check_eq("the length", std.metadata().expect("it is there").len(), 3);
        });
        BYTES.check_eq("the file", std::fs::read(path).ok(), Some(vec![0, 1, 2]));
    });
}

#[test]
fn a_read_that_is_given_up_loses_nothing() {
    EX.within("giving up reads", || {
        let folder = Folder::new("given-up");
        let path = folder.file("a");
        std::fs::write(&path, b"abcdefghijklmnop").expect("a file");
        runtime().block_on(async {
            let mut file = File::open(&path).await.expect("it is there");
            let mut all = Vec::new();
            let mut two = [0; 2];
            for _ in 0..4 {
                // What is in the buffer already is there at once, and is taken.
                if let Poll::Ready(read) = poll_once(pin!(file.read(&mut two))) {
                    let count = read.expect("there are more");
                    all.extend(&two[..count]);
                }
                let mut one = [0; 1];
                file.read_exact(&mut one).await.expect("there are more");
                all.extend(one);
            }
            file.read_to_end(&mut all).await.expect("there are more");
            GIVEN_UP.check_eq("all bytes", all, b"abcdefghijklmnop".to_vec());
        });
    });
}

#[test]
fn errors_of_writes_are_told() {
    EX.within("writing to a file that is open to be read", || {
        let folder = Folder::new("errors");
        let path = folder.file("a");
        std::fs::write(&path, b"abc").expect("a file");
        runtime().block_on(async {
            let mut file = File::open(&path).await.expect("it is there");
            // It is taken, and the error is that of the job.
            ERRORS.check_eq("taken", file.write(b"x").await.ok(), Some(1));
            ERRORS.check(file.flush().await.is_err(), "it cannot have been written");
            ERRORS.check(file.flush().await.is_ok(), "it is told once");
            ERRORS.check_eq("taken", file.write(b"x").await.ok(), Some(1));
            // A read comes between, and does not swallow the error.
            let mut bytes = [0; 3];
            file.read_exact(&mut bytes)
                .await
                .expect("it is open to be read");
            ERRORS.check(
                file.write(b"x").await.is_err(),
                "the write before has failed",
            );
            let missing = File::open(folder.file("missing")).await;
            let kind = missing.err().map(|error| error.kind());
            ERRORS.check_eq("the error", kind, Some(ErrorKind::NotFound));
        });
    });
}

#[test]
fn a_write_is_done_although_the_runtime_ends() {
    EX.within("ending a runtime with a queued write", || {
        let folder = Folder::new("ends");
        let path = folder.file("a");
        let mut file = File::from_std(std::fs::File::create(&path).expect("a file"));
        let runtime = Builder::new_current_thread()
            .max_blocking_threads(1)
            .build();
        let runtime = runtime.expect("no system call");
        // The only thread has a job, so the write waits in the queue.
        let (end, ends) = std::sync::mpsc::channel::<()>();
        runtime.spawn_blocking(move || ends.recv());
        runtime.block_on(async {
            ENDS.check_eq("taken", file.write(b"abc").await.ok(), Some(3));
        });
        let entered = runtime.handle().clone();
        let ender = std::thread::spawn(move || drop(runtime));
        drop(end);
        ender.join().expect("it does not panic");
        ENDS.check_eq("the file", std::fs::read(&path).ok(), Some(b"abc".to_vec()));
        // And one that is too late says so.
        let _entered = entered.enter();
        let mut cx = Context::from_waker(Waker::noop());
        let late = Pin::new(&mut file).poll_write(&mut cx, b"x");
        ENDS.check(
            matches!(late, Poll::Ready(Err(_))),
            "it cannot be written any more",
        );
    });
}

#[test]
fn paths_and_directories() {
    EX.within("making, listing and removing", || {
        let folder = Folder::new("paths");
        runtime().block_on(async {
            let deep = folder.file("a/b/c");
            PATHS.check(fs::create_dir(&deep).await.is_err(), "there is no a");
            fs::create_dir_all(&deep).await.expect("it is made");
            fs::write(deep.join("one"), "1")
                .await
                .expect("it is written");
            PATHS.check_eq(
                "copied",
                fs::copy(deep.join("one"), deep.join("two")).await.ok(),
                Some(1),
            );
            fs::rename(deep.join("two"), deep.join("three"))
                .await
                .expect("it is renamed");
            PATHS.check_eq(
                "what had a name",
                fs::try_exists(deep.join("two")).await.ok(),
                Some(false),
            );
            let text = fs::read_to_string(deep.join("three")).await;
            PATHS.check_eq("the text", text.ok(), Some("1".to_owned()));
            // More than one batch.
            for n in 0..100 {
                fs::write(deep.join(format!("n{n}")), "")
                    .await
                    .expect("it is written");
            }
            let mut entries = fs::read_dir(&deep).await.expect("it is a directory");
            let mut names = Vec::new();
            while let Some(entry) = entries.next_entry().await.expect("it can be read") {
                PATHS.check(
                    entry.file_type().await.expect("it is there").is_file(),
                    "it is a file",
                );
                names.push(entry.file_name());
            }
            PATHS.check(
                entries.next_entry().await.is_ok_and(|end| end.is_none()),
                "the end",
            );
            PATHS.check_eq("names", names.len(), 102);
            names.sort_unstable();
            names.dedup();
            PATHS.check_eq("different names", names.len(), 102);
            #[cfg(unix)]
            {
                fs::symlink(deep.join("one"), folder.file("link"))
                    .await
                    .expect("it is linked");
                let real = fs::canonicalize(folder.file("link"))
                    .await
                    .expect("it is there");
                let one = fs::canonicalize(deep.join("one"))
                    .await
                    .expect("it is there");
                PATHS.check_eq("where the link goes", real, one);
                let kind = fs::symlink_metadata(folder.file("link"))
                    .await
                    .expect("it is there");
                PATHS.check(kind.file_type().is_symlink(), "it is a link");
            }
            fs::remove_file(deep.join("one"))
                .await
                .expect("it is removed");
            PATHS.check(fs::remove_dir(&deep).await.is_err(), "it is not empty");
            fs::remove_dir_all(folder.file("a"))
                .await
                .expect("it is removed");
            PATHS.check_eq("what is left", fs::try_exists(deep).await.ok(), Some(false));
        });
    });
}

/// A read of no bytes would look like the end of the file.
#[test]
fn how_much_goes_along() {
    EX.within("the size of the buffer", || {
        let folder = Folder::new("buffer");
        let runtime = runtime();
        let mut file = runtime
            .block_on(File::create(folder.file("a")))
            .expect("it is made");
        file.set_max_buf_size(128);
        let clone = runtime.block_on(file.try_clone()).expect("it is open");
        BYTES.check_eq("the size of a clone's buffer", clone.max_buf_size(), 128);
        BYTES.panics(
            || file.set_max_buf_size(0),
            "a buffer without room was accepted",
        );
        BYTES.check_eq("the size after the panic", file.max_buf_size(), 128);
    });
}

#[test]
fn several_slices_go_along() {
    EX.within("writing several slices", || {
        let folder = Folder::new("slices");
        let path = folder.file("a");
        runtime().block_on(async {
            let mut file = File::create(&path).await.expect("it is made");
            let slices = [&b"one"[..], b"", b"two", b"three"].map(IoSlice::new);
            file.set_max_buf_size(5);
            let written = file.write_vectored(&slices).await.expect("there is room");
            BYTES.check_eq("bytes of a small buffer", written, 5);
            file.set_max_buf_size(100);
            let written = file.write_vectored(&slices).await.expect("there is room");
            BYTES.check_eq("bytes of a large buffer", written, 11);
            file.flush().await.expect("there is room");
            let text = fs::read_to_string(&path).await.expect("it is there");
            BYTES.check_eq("the text", text.as_str(), "onetwonetwothree");
        });
    });
}
