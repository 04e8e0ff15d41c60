//! What each command does.
//!
//! [`COMMANDS`] is the list of all: its name, how many words it has, and its function. A function gets the words after
//! the name, and appends one answer.

use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use bytes::Bytes;
use reveille::sync::Notify;
use reveille::time::Instant;

use super::hub::Hub;
use super::reply;
use super::store::{End, Full, Store, Value};

/// What all connections share.
#[derive(Debug)]
pub struct Shared {
    store: Mutex<Store>,
    /// Told when another key is the next to expire.
    sooner: Notify,
    /// The channels.
    pub hub: Hub,
}

/// A command.
#[derive(Debug)]
pub struct Command {
    /// Its name, in capitals.
    pub name: &'static str,
    /// How many words it has with its name, at least and at most.
    words: (usize, usize),
    run: fn(&Shared, &[&[u8]], &mut Vec<u8>) -> Answer,
}

/// What a command has appended, or the error that is to be appended in its place.
type Answer = Result<(), String>;

const MANY: usize = super::parse::WORDS_MAX;

/// All of them but those that change what a connection is: `SUBSCRIBE`, `UNSUBSCRIBE` and `QUIT`, which the session knows.
pub const COMMANDS: &[Command] = &[
    command("APPEND", (3, 3), append),
    command("CLIENT", (2, MANY), client),
    command("COMMAND", (1, MANY), command_),
    command("CONFIG", (2, MANY), config),
    command("DBSIZE", (1, 1), |shared, _, out| {
        reply::integer(out, shared.store().len() as i64);
        Ok(())
    }),
    command("DECR", (2, 2), |shared, words, out| {
        add(shared, words[0], -1, out)
    }),
    command("DECRBY", (3, 3), |shared, words, out| {
        let by = integer(words[1])?.checked_neg().ok_or(NOT_INTEGER)?;
        add(shared, words[0], by, out)
    }),
    command("DEL", (2, MANY), del),
    command("ECHO", (2, 2), |_, words, out| {
        reply::bulk(out, words[0]);
        Ok(())
    }),
    command("EXISTS", (2, MANY), exists),
    command("EXPIRE", (3, 3), |shared, words, out| {
        expire(shared, words, 1000, out)
    }),
    command("FLUSHALL", (1, 2), flush),
    command("FLUSHDB", (1, 2), flush),
    command("GET", (2, 2), get),
    command("HELLO", (1, MANY), hello),
    command("INCR", (2, 2), |shared, words, out| {
        add(shared, words[0], 1, out)
    }),
    command("INCRBY", (3, 3), |shared, words, out| {
        add(shared, words[0], integer(words[1])?, out)
    }),
    command("INFO", (1, MANY), info),
    command("LLEN", (2, 2), llen),
    command("LPOP", (2, 2), |shared, words, out| {
        pop(shared, words, End::Front, out)
    }),
    command("LPUSH", (3, MANY), |shared, words, out| {
        push(shared, words, End::Front, out)
    }),
    command("LRANGE", (4, 4), lrange),
    command("MGET", (2, MANY), mget),
    command("MSET", (3, MANY), mset),
    command("PERSIST", (2, 2), persist),
    command("PEXPIRE", (3, 3), |shared, words, out| {
        expire(shared, words, 1, out)
    }),
    command("PING", (1, 2), |_, words, out| {
        match words.first() {
            Some(word) => reply::bulk(out, word),
            None => reply::simple(out, "PONG"),
        }
        Ok(())
    }),
    command("PTTL", (2, 2), |shared, words, out| {
        ttl(shared, words, 1, out)
    }),
    command("PUBLISH", (3, 3), |shared, words, out| {
        reply::integer(out, shared.hub.publish(words[0], words[1]) as i64);
        Ok(())
    }),
    command("RPOP", (2, 2), |shared, words, out| {
        pop(shared, words, End::Back, out)
    }),
    command("RPUSH", (3, MANY), |shared, words, out| {
        push(shared, words, End::Back, out)
    }),
    command("SELECT", (2, 2), |_, words, out| match words[0] {
        b"0" => ok(out),
        _ => Err("ERR DB index is out of range".to_owned()),
    }),
    command("SET", (3, 7), set),
    command("STRLEN", (2, 2), strlen),
    command("TTL", (2, 2), |shared, words, out| {
        ttl(shared, words, 1000, out)
    }),
    command("TYPE", (2, 2), type_),
];

const WRONG_TYPE: &str = "WRONGTYPE Operation against a key holding the wrong kind of value";
const NOT_INTEGER: &str = "ERR value is not an integer or out of range";
const SYNTAX: &str = "ERR syntax error";
const FULL: &str = "OOM command not allowed when used memory > 'maxmemory'.";

/// Answers a request. The first word is its name.
///
/// # Panics
///
/// If there are no words.
pub fn run(shared: &Shared, words: &[&[u8]], out: &mut Vec<u8>) {
    let name = words[0].to_ascii_uppercase();
    let Ok(at) = COMMANDS.binary_search_by(|command| command.name.as_bytes().cmp(&name)) else {
        let name = String::from_utf8_lossy(&words[0][..words[0].len().min(64)]);
        return reply::error(out, &format!("ERR unknown command '{name}'"));
    };
    let command = &COMMANDS[at];
    let (least, most) = command.words;
    if words.len() < least || most < words.len() {
        let name = command.name.to_ascii_lowercase();
        let text = format!("ERR wrong number of arguments for '{name}' command");
        return reply::error(out, &text);
    }
    let before = out.len();
    if let Err(text) = (command.run)(shared, &words[1..], out) {
        out.truncate(before);
        reply::error(out, &text);
    }
}

/// Removes what has expired, for as long as the server runs.
///
/// # Cancellation
///
/// To drop the future loses nothing: what has expired is not seen, also if it is not removed.
pub async fn sweep(shared: &Shared) {
    let mut next = shared.store().next();
    loop {
        match next {
            Some(at) => {
                reveille::select! {
                    () = reveille::time::sleep_until(at) => {}
                    () = shared.sooner.notified() => {}
                }
            }
            None => shared.sooner.notified().await,
        }
        next = shared.store().sweep(Instant::now());
    }
}

impl Shared {
    /// An empty server, whose values take no more than about so many bytes.
    pub fn new(used_max: usize) -> Shared {
        Shared {
            store: Mutex::new(Store::new(used_max)),
            sooner: Notify::new(),
            hub: Hub::default(),
        }
    }

    fn store(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap()
    }

    fn expire(&self, store: &mut Store, key: &Bytes, at: Option<Instant>) {
        if store.expire(key, at) {
            self.sooner.notify_one();
        }
    }
}

const fn command(
    name: &'static str,
    words: (usize, usize),
    run: fn(&Shared, &[&[u8]], &mut Vec<u8>) -> Answer,
) -> Command {
    Command { name, words, run }
}

impl From<Full> for String {
    fn from(_: Full) -> String {
        FULL.to_owned()
    }
}

fn ok(out: &mut Vec<u8>) -> Answer {
    reply::simple(out, "OK");
    Ok(())
}

fn integer(word: &[u8]) -> Result<i64, String> {
    let number = str::from_utf8(word).ok().and_then(|text| text.parse().ok());
    number.ok_or_else(|| NOT_INTEGER.to_owned())
}

/// The text of a key, if there is one.
fn text<'a>(store: &'a mut Store, key: &[u8], now: Instant) -> Result<Option<&'a Bytes>, String> {
    match store.get(key, now) {
        None => Ok(None),
        Some(Value::Text(text)) => Ok(Some(text)),
        Some(Value::List(_)) => Err(WRONG_TYPE.to_owned()),
    }
}

fn optional(out: &mut Vec<u8>, text: Option<&Bytes>) {
    match text {
        Some(text) => reply::bulk(out, text),
        None => reply::nil(out),
    }
}

fn get(shared: &Shared, words: &[&[u8]], out: &mut Vec<u8>) -> Answer {
    optional(out, text(&mut shared.store(), words[0], Instant::now())?);
    Ok(())
}

fn mget(shared: &Shared, words: &[&[u8]], out: &mut Vec<u8>) -> Answer {
    let (mut store, now) = (shared.store(), Instant::now());
    reply::array(out, words.len());
    for key in words {
        // For `MGET`, what is no text is nothing.
        optional(out, text(&mut store, key, now).unwrap_or(None));
    }
    Ok(())
}

fn strlen(shared: &Shared, words: &[&[u8]], out: &mut Vec<u8>) -> Answer {
    let mut store = shared.store();
    let length = text(&mut store, words[0], Instant::now())?.map_or(0, Bytes::len);
    reply::integer(out, length as i64);
    Ok(())
}

fn set(shared: &Shared, words: &[&[u8]], out: &mut Vec<u8>) -> Answer {
    let now = Instant::now();
    let (mut expires, mut only_new, mut only_old, mut keep) = (None, false, false, false);
    let mut options = words[2..].iter();
    while let Some(option) = options.next() {
        match option.to_ascii_uppercase().as_slice() {
            b"NX" => only_new = true,
            b"XX" => only_old = true,
            b"KEEPTTL" => keep = true,
            name @ (b"EX" | b"PX") => {
                let unit = if name == b"EX" { 1000 } else { 1 };
                let count = integer(options.next().ok_or(SYNTAX)?)?;
                let invalid = || "ERR invalid expire time in 'set' command".to_owned();
                let at = if 0 < count {
                    after(now, count, unit)
                } else {
                    None
                };
                expires = Some(at.ok_or_else(invalid)?);
            }
            _ => return Err(SYNTAX.to_owned()),
        }
    }
    if (only_new && only_old) || (keep && expires.is_some()) {
        return Err(SYNTAX.to_owned());
    }
    let mut store = shared.store();
    let is_there = store.get(words[0], now).is_some();
    if (only_new && is_there) || (only_old && !is_there) {
        reply::nil(out);
        return Ok(());
    }
    // The store keeps copies. A part of the connection's buffer would hold all of it.
    let key = Bytes::copy_from_slice(words[0]);
    store.set(key.clone(), Value::Text(Bytes::copy_from_slice(words[1])))?;
    if !keep {
        shared.expire(&mut store, &key, expires);
    }
    ok(out)
}

fn mset(shared: &Shared, words: &[&[u8]], out: &mut Vec<u8>) -> Answer {
    let (pairs, []) = words.as_chunks::<2>() else {
        return Err("ERR wrong number of arguments for 'mset' command".to_owned());
    };
    let mut store = shared.store();
    for [key, value] in pairs {
        let key = Bytes::copy_from_slice(key);
        store.set(key.clone(), Value::Text(Bytes::copy_from_slice(value)))?;
        shared.expire(&mut store, &key, None);
    }
    ok(out)
}

fn append(shared: &Shared, words: &[&[u8]], out: &mut Vec<u8>) -> Answer {
    let mut store = shared.store();
    let old = text(&mut store, words[0], Instant::now())?;
    let new = [old.map_or(&[][..], |old| old), words[1]].concat();
    if super::parse::WORD_MAX < new.len() {
        return Err("ERR string exceeds maximum allowed size".to_owned());
    }
    let length = new.len();
    store.set(Bytes::copy_from_slice(words[0]), Value::Text(new.into()))?;
    reply::integer(out, length as i64);
    Ok(())
}

fn add(shared: &Shared, key: &[u8], by: i64, out: &mut Vec<u8>) -> Answer {
    let mut store = shared.store();
    let old = match text(&mut store, key, Instant::now())? {
        Some(old) => integer(old)?,
        None => 0,
    };
    let overflow = "ERR increment or decrement would overflow";
    let new = old.checked_add(by).ok_or(overflow)?;
    let value = Value::Text(new.to_string().into());
    store.set(Bytes::copy_from_slice(key), value)?;
    reply::integer(out, new);
    Ok(())
}

fn del(shared: &Shared, words: &[&[u8]], out: &mut Vec<u8>) -> Answer {
    let (mut store, now) = (shared.store(), Instant::now());
    let count = words.iter().filter(|key| store.delete(key, now)).count();
    reply::integer(out, count as i64);
    Ok(())
}

fn exists(shared: &Shared, words: &[&[u8]], out: &mut Vec<u8>) -> Answer {
    let (mut store, now) = (shared.store(), Instant::now());
    let count = words
        .iter()
        .filter(|key| store.get(key, now).is_some())
        .count();
    reply::integer(out, count as i64);
    Ok(())
}

/// The instant so many units of so many milliseconds later. `None` if there is no such instant.
fn after(now: Instant, count: i64, unit_ms: i64) -> Option<Instant> {
    let ms = u64::try_from(count.checked_mul(unit_ms)?).ok()?;
    now.checked_add(Duration::from_millis(ms))
}

fn expire(shared: &Shared, words: &[&[u8]], unit_ms: i64, out: &mut Vec<u8>) -> Answer {
    let (now, count) = (Instant::now(), integer(words[1])?);
    let mut store = shared.store();
    let key = Bytes::copy_from_slice(words[0]);
    let is_there = store.get(&key, now).is_some();
    if is_there && count <= 0 {
        store.delete(&key, now);
    } else if is_there {
        let invalid = "ERR invalid expire time in 'expire' command";
        let at = after(now, count, unit_ms).ok_or(invalid)?;
        shared.expire(&mut store, &key, Some(at));
    }
    reply::integer(out, is_there.into());
    Ok(())
}

fn persist(shared: &Shared, words: &[&[u8]], out: &mut Vec<u8>) -> Answer {
    let mut store = shared.store();
    let expires = store.expires(words[0], Instant::now()).flatten();
    if expires.is_some() {
        store.expire(&Bytes::copy_from_slice(words[0]), None);
    }
    reply::integer(out, expires.is_some().into());
    Ok(())
}

fn ttl(shared: &Shared, words: &[&[u8]], unit_ms: u128, out: &mut Vec<u8>) -> Answer {
    let now = Instant::now();
    reply::integer(
        out,
        match shared.store().expires(words[0], now) {
            None => -2,
            Some(None) => -1,
            // To the nearest unit.
            Some(Some(at)) => (((at - now).as_millis() + unit_ms / 2) / unit_ms) as i64,
        },
    );
    Ok(())
}

fn push(shared: &Shared, words: &[&[u8]], end: End, out: &mut Vec<u8>) -> Answer {
    let pushed = shared
        .store()
        .push(words[0], &words[1..], end, Instant::now())?;
    reply::integer(out, pushed.ok_or(WRONG_TYPE)? as i64);
    Ok(())
}

fn pop(shared: &Shared, words: &[&[u8]], end: End, out: &mut Vec<u8>) -> Answer {
    let popped = shared.store().pop(words[0], end, Instant::now());
    optional(out, popped.ok_or(WRONG_TYPE)?.as_ref());
    Ok(())
}

fn llen(shared: &Shared, words: &[&[u8]], out: &mut Vec<u8>) -> Answer {
    let length = match shared.store().get(words[0], Instant::now()) {
        None => 0,
        Some(Value::List(list)) => list.len(),
        Some(Value::Text(_)) => return Err(WRONG_TYPE.to_owned()),
    };
    reply::integer(out, length as i64);
    Ok(())
}

fn lrange(shared: &Shared, words: &[&[u8]], out: &mut Vec<u8>) -> Answer {
    let (start, stop) = (integer(words[1])?, integer(words[2])?);
    let mut store = shared.store();
    let list = match store.get(words[0], Instant::now()) {
        None => {
            reply::array(out, 0);
            return Ok(());
        }
        Some(Value::List(list)) => list,
        Some(Value::Text(_)) => return Err(WRONG_TYPE.to_owned()),
    };
    // A number below zero counts from the end.
    let length = list.len() as i64;
    let from_start = |at: i64| {
        if at < 0 {
            at.saturating_add(length).max(0)
        } else {
            at
        }
    };
    let is_before = stop.saturating_add(length) < 0 && stop < 0;
    let (start, stop) = (from_start(start), from_start(stop).min(length - 1));
    if is_before || stop < start {
        reply::array(out, 0);
        return Ok(());
    }
    let (start, stop) = (start as usize, stop as usize);
    // Each answer is put together before it is sent, so it is bounded, too.
    let size: usize = list.range(start..=stop).map(|item| item.len() + 16).sum();
    if ANSWER_MAX < size {
        return Err(format!(
            "ERR the answer would take {size} bytes; ask for less"
        ));
    }
    reply::array(out, stop - start + 1);
    for item in list.range(start..=stop) {
        reply::bulk(out, item);
    }
    Ok(())
}

/// The largest answer, in bytes.
const ANSWER_MAX: usize = 16 << 20;

fn type_(shared: &Shared, words: &[&[u8]], out: &mut Vec<u8>) -> Answer {
    let name = match shared.store().get(words[0], Instant::now()) {
        None => "none",
        Some(Value::Text(_)) => "string",
        Some(Value::List(_)) => "list",
    };
    reply::simple(out, name);
    Ok(())
}

fn flush(shared: &Shared, _: &[&[u8]], out: &mut Vec<u8>) -> Answer {
    shared.store().clear();
    ok(out)
}

/// What a client may set about itself is nothing that this server uses.
fn client(_: &Shared, words: &[&[u8]], out: &mut Vec<u8>) -> Answer {
    match words[0].to_ascii_uppercase().as_slice() {
        b"SETNAME" | b"SETINFO" => ok(out),
        b"GETNAME" => {
            reply::nil(out);
            Ok(())
        }
        _ => Err("ERR unknown subcommand of 'client'".to_owned()),
    }
}

/// The names, and how many words each has, as clients count them: with a minus if there may be more.
fn command_(_: &Shared, words: &[&[u8]], out: &mut Vec<u8>) -> Answer {
    match words
        .first()
        .map(|word| word.to_ascii_uppercase())
        .as_deref()
    {
        None => {
            reply::array(out, COMMANDS.len());
            for command in COMMANDS {
                let (least, most) = command.words;
                let words = least as i64;
                reply::array(out, 6);
                reply::bulk(out, command.name.to_ascii_lowercase().as_bytes());
                reply::integer(out, if least == most { words } else { -words });
                reply::array(out, 0);
                // Where its keys are: we do not say.
                for _ in 0..3 {
                    reply::integer(out, 0);
                }
            }
            Ok(())
        }
        Some(b"COUNT") => {
            reply::integer(out, COMMANDS.len() as i64);
            Ok(())
        }
        // No documents: a client such as `redis-cli` has its own.
        Some(b"DOCS") => {
            reply::array(out, 0);
            Ok(())
        }
        Some(_) => Err("ERR unknown subcommand of 'command'".to_owned()),
    }
}

/// What is configured: nothing is saved, and the limit of memory.
fn config(shared: &Shared, words: &[&[u8]], out: &mut Vec<u8>) -> Answer {
    if !words[0].eq_ignore_ascii_case(b"GET") {
        return Err("ERR the configuration is set on the command line".to_owned());
    }
    let maxmemory = shared.store().used_max().to_string();
    let all = [
        ("appendonly", "no"),
        ("maxmemory", &maxmemory),
        ("save", ""),
    ];
    let asked = |name: &str| {
        let mut patterns = words[1..].iter();
        patterns.any(|word| *word == b"*" || word.eq_ignore_ascii_case(name.as_bytes()))
    };
    let told: Vec<_> = all.into_iter().filter(|(name, _)| asked(name)).collect();
    reply::array(out, told.len() * 2);
    for (name, value) in told {
        reply::bulk(out, name.as_bytes());
        reply::bulk(out, value.as_bytes());
    }
    Ok(())
}

/// Which protocol: the second only.
fn hello(_: &Shared, words: &[&[u8]], out: &mut Vec<u8>) -> Answer {
    match words {
        [] | [b"2"] => {}
        [b"2", ..] => return Err(SYNTAX.to_owned()),
        _ => return Err("NOPROTO unsupported protocol version".to_owned()),
    }
    let told = [
        ("server", "reveille"),
        ("version", "7.0.0"),
        ("mode", "standalone"),
    ];
    reply::array(out, told.len() * 2 + 2);
    for (name, value) in told {
        reply::bulk(out, name.as_bytes());
        reply::bulk(out, value.as_bytes());
    }
    reply::bulk(out, b"proto");
    reply::integer(out, 2);
    Ok(())
}

fn info(shared: &Shared, _: &[&[u8]], out: &mut Vec<u8>) -> Answer {
    let store = shared.store();
    let text = format!(
        "# Server\r\nserver_name:reveille\r\n# Memory\r\nused_memory:{}\r\nmaxmemory:{}\r\n# Keyspace\r\ndb0:keys={}\r\n",
        store.used(),
        store.used_max(),
        store.len()
    );
    reply::bulk(out, text.as_bytes());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_in_order_so_that_it_can_be_searched() {
        assert!(COMMANDS.is_sorted_by(|one, next| one.name < next.name));
    }
}
