//! How an answer is written. Each function appends one to the bytes that are to be sent.

use std::io::Write;

/// A line, such as `OK`.
pub fn simple(out: &mut Vec<u8>, text: &str) {
    line(out, format_args!("+{text}"));
}

/// An error: a word in capitals, and a sentence.
pub fn error(out: &mut Vec<u8>, text: &str) {
    // A line is a line, whatever the client has put into its words.
    let text = text.replace(['\r', '\n'], " ");
    line(out, format_args!("-{text}"));
}

/// A number.
pub fn integer(out: &mut Vec<u8>, number: i64) {
    line(out, format_args!(":{number}"));
}

/// Bytes.
pub fn bulk(out: &mut Vec<u8>, bytes: &[u8]) {
    line(out, format_args!("${}", bytes.len()));
    out.extend_from_slice(bytes);
    out.extend_from_slice(b"\r\n");
}

/// Nothing.
pub fn nil(out: &mut Vec<u8>) {
    out.extend_from_slice(b"$-1\r\n");
}

/// The head of so many answers, which follow.
pub fn array(out: &mut Vec<u8>, count: usize) {
    line(out, format_args!("*{count}"));
}

fn line(out: &mut Vec<u8>, line: std::fmt::Arguments<'_>) {
    out.write_fmt(line).expect("a vector takes all");
    out.extend_from_slice(b"\r\n");
}
