//! Where a request ends, and what is in it.
//!
//! A request is an array of strings, each with its length before it, or, typed by hand, a line of words:
//!
//! ```text
//!     *2\r\n $4\r\nECHO\r\n $2\r\nhi\r\n            ECHO hi\r\n
//! ```
//!
//! The parser looks at what has come so far. If the request is not complete, it is asked again when more has come. It
//! then begins anew, which is cheap, because a request has few words and a length is passed over in one step.

use std::ops::Range;

/// The most words in a request.
pub const WORDS_MAX: usize = 1024;

/// The longest word.
pub const WORD_MAX: usize = 512 * 1024;

/// The longest request that is a line of words, and the longest line with a length.
pub const LINE_MAX: usize = 64 * 1024;

/// The longest request.
pub const REQUEST_MAX: usize = 1 << 20;

/// What the client did not keep to. It cannot be known where the next request begins, so the connection is at its end.
pub type Broken = &'static str;

/// Looks for a request at the start of `bytes`. Puts the places of its words into `words`, and returns its length; or
/// `None` if it has not all come.
///
/// # Errors
///
/// If it cannot become a request, whatever comes.
///
/// # Examples
///
/// ```
/// use servers::resp::parse::parse;
///
/// let mut words = Vec::new();
/// assert_eq!(parse(b"*1\r\n$4\r\nPING\r\nmore", &mut words), Ok(Some(14)));
/// assert_eq!(words, [8..12]);
/// assert_eq!(parse(b"*1\r\n$4\r\nPI", &mut words), Ok(None));
/// ```
pub fn parse(bytes: &[u8], words: &mut Vec<Range<usize>>) -> Result<Option<usize>, Broken> {
    words.clear();
    let complete = match bytes.first() {
        None => None,
        Some(b'*') => array(bytes, words)?,
        Some(_) => line_of_words(bytes, words)?,
    };
    if complete.is_none() && REQUEST_MAX <= bytes.len() {
        return Err("Protocol error: too big request");
    }
    Ok(complete)
}

fn array(bytes: &[u8], words: &mut Vec<Range<usize>>) -> Result<Option<usize>, Broken> {
    const INVALID: Broken = "Protocol error: invalid multibulk length";
    let Some((count, mut at)) = length(bytes, 1, INVALID)? else {
        return Ok(None);
    };
    // Null, and an array of nothing, are requests of nothing.
    let count = usize::try_from(count).unwrap_or(0);
    if WORDS_MAX < count {
        return Err(INVALID);
    }
    for _ in 0..count {
        match bytes.get(at) {
            None => return Ok(None),
            Some(b'$') => {}
            Some(_) => return Err("Protocol error: expected '$'"),
        }
        const INVALID: Broken = "Protocol error: invalid bulk length";
        let Some((length, start)) = length(bytes, at + 1, INVALID)? else {
            return Ok(None);
        };
        let length = usize::try_from(length).map_err(|_| INVALID)?;
        if WORD_MAX < length {
            return Err(INVALID);
        }
        let end = start + length;
        match bytes.get(end..end + 2) {
            None => return Ok(None),
            Some(b"\r\n") => {}
            Some(_) => return Err("Protocol error: expected the end of a string"),
        }
        words.push(start..end);
        at = end + 2;
    }
    Ok(Some(at))
}

/// Reads a number from `start` to the end of the line. Returns it, and where the next line begins.
fn length(bytes: &[u8], start: usize, invalid: Broken) -> Result<Option<(i64, usize)>, Broken> {
    // No number is longer.
    const DIGITS_MAX: usize = 20;
    let rest = &bytes[start..];
    let Some(end) = rest
        .iter()
        .take(DIGITS_MAX + 1)
        .position(|byte| *byte == b'\r')
    else {
        return match rest.len() <= DIGITS_MAX {
            true => Ok(None),
            false => Err(invalid),
        };
    };
    match rest.get(end + 1) {
        None => return Ok(None),
        Some(b'\n') => {}
        Some(_) => return Err(invalid),
    }
    let number = str::from_utf8(&rest[..end])
        .ok()
        .and_then(|digits| digits.parse().ok());
    match number {
        Some(number) => Ok(Some((number, start + end + 2))),
        None => Err(invalid),
    }
}

fn line_of_words(bytes: &[u8], words: &mut Vec<Range<usize>>) -> Result<Option<usize>, Broken> {
    let seen = &bytes[..bytes.len().min(LINE_MAX)];
    let Some(end) = seen.iter().position(|byte| *byte == b'\n') else {
        return match bytes.len() < LINE_MAX {
            true => Ok(None),
            false => Err("Protocol error: too big inline request"),
        };
    };
    let mut start = 0;
    for (at, byte) in bytes[..=end].iter().enumerate() {
        if byte.is_ascii_whitespace() {
            if start < at {
                words.push(start..at);
            }
            start = at + 1;
        }
    }
    match words.len() <= WORDS_MAX {
        true => Ok(Some(end + 1)),
        false => Err("Protocol error: too big inline request"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(bytes: &[u8]) -> Result<Option<Vec<&[u8]>>, Broken> {
        let mut words = Vec::new();
        let complete = parse(bytes, &mut words)?;
        Ok(complete.map(|_| words.into_iter().map(|word| &bytes[word]).collect()))
    }

    #[test]
    fn a_request_is_the_same_wherever_it_is_cut() {
        let requests: [(&[u8], &[&[u8]]); 5] = [
            (b"*2\r\n$4\r\nECHO\r\n$2\r\n\r\n\r\n", &[b"ECHO", b"\r\n"]),
            (b"*1\r\n$0\r\n\r\n", &[b""]),
            (b"*0\r\n", &[]),
            (b"ECHO  hi \r\n", &[b"ECHO", b"hi"]),
            (b"\r\n", &[]),
        ];
        for (request, wanted) in requests {
            for cut in 0..request.len() {
                assert_eq!(
                    words(&request[..cut]),
                    Ok(None),
                    "{request:?}, cut at {cut}"
                );
            }
            assert_eq!(words(request), Ok(Some(wanted.to_vec())), "{request:?}");
            // What follows is not looked at.
            let mut more = request.to_vec();
            more.extend_from_slice(b"*x");
            assert_eq!(parse(&more, &mut Vec::new()), Ok(Some(request.len())));
        }
    }

    #[test]
    fn what_cannot_become_a_request_is_told_at_once() {
        for broken in [
            &b"*x\r\n"[..],
            b"*1025\r\n",
            b"*1\r\n:",
            b"*1\r\n$-1\r\n",
            b"*1\r\n$524289\r\n",
            b"*1\r\n$1\r\nab\r\n",
            b"*000000000000000000000",
        ] {
            assert!(words(broken).is_err(), "{broken:?}");
        }
        assert!(words(&b"x".repeat(LINE_MAX)).is_err());
        let long = [
            &b"*3\r\n"[..],
            b"$524288\r\n",
            &[b'x'; WORD_MAX],
            b"\r\n$524288\r\n",
            &[b'x'; WORD_MAX],
        ]
        .concat();
        assert!(words(&long).is_err(), "it is longer than a request may be");
    }
}
