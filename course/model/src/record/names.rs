//! What things and values are called, read from the source at the places where they are used.
//!
//! The code under test says nothing of this for our sake. But at `state.swap(WAKING, AcqRel)` it
//! does say that there is a `state`, and `WAKING` beside what we saw being written.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use super::Place;

/// The sources that were read.
#[derive(Default)]
pub(crate) struct Sources {
    files: HashMap<&'static str, Option<Source>>,
    /// Of places that were asked for: a loop comes by again and again.
    sets: HashMap<Place, Vec<Set>>,
}

struct Source {
    lines: Vec<Vec<char>>,
    sets: Vec<Set>,
}

/// Constants that are declared together: the states or the bits of one word. Their values increase;
/// where they begin anew, another set begins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Set {
    pub(crate) constants: Vec<(String, u64)>,
    /// What the word's upper bits count, such as `REF_ONE`.
    pub(crate) unit: Option<(String, u64)>,
}

/// A call in the source: `receiver.method(arguments)`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Call {
    /// The last name of what it is called on.
    pub(crate) receiver: Option<String>,
    pub(crate) arguments: Vec<String>,
}

/// Longer calls are not read to their end.
const CALL_CHARS_MAX: usize = 2_000;

/// Names that say nothing of what the thing is for.
const EMPTY_NAMES: [&str; 6] = ["self", "inner", "unwrap", "deref", "this", "cell"];

/// What a thing may be wrapped into where it is made.
const WRAPPERS: [&str; 3] = ["Arc::new(", "Box::new(", "Some("];

impl Sources {
    /// The call at `place`, as a location of a method call names it.
    pub(crate) fn call(&mut self, place: Place) -> Call {
        self.source(place.file())
            .and_then(|source| source.call(place.line(), place.column()))
            .unwrap_or_default()
    }

    /// The name of the variable or field that is given a value at `place`.
    pub(crate) fn name_given(&mut self, place: Place) -> Option<String> {
        let source = self.source(place.file())?;
        let line = source.lines.get(place.line() as usize - 1)?;
        let before: String = line.iter().take(place.column() as usize - 1).collect();
        name_given(&before)
    }

    /// The sets that the call at `place` has to do with, of those that its file, the files below it
    /// and its parent declare: what it names in its arguments, or what is named on a line of the file
    /// together with the call's receiver, as in `word & QUEUED`.
    pub(crate) fn sets(&mut self, place: Place, call: &Call) -> Vec<Set> {
        if let Some(sets) = self.sets.get(place) {
            return sets.clone();
        }
        let sets = self
            .source(place.file())
            .map_or_else(Vec::new, |source| source.sets_of(call));
        self.sets.insert(place, sets.clone());
        sets
    }

    fn source(&mut self, file: &'static str) -> Option<&Source> {
        self.files
            .entry(file)
            .or_insert_with(|| {
                let path = find(Path::new(file))?;
                let text = fs::read_to_string(&path).ok()?;
                let mut source = Source::parse(&text);
                // `state.rs` has its bits in `state/snapshot.rs`, and `notify/notified.rs` has its
                // in `notify.rs`.
                let below = fs::read_dir(path.with_extension("")).into_iter().flatten();
                let below = below.filter_map(|file| Some(file.ok()?.path()));
                for other in below.chain(path.parent().map(|folder| folder.with_extension("rs"))) {
                    let text = fs::read_to_string(other).unwrap_or_default();
                    source.sets.extend(sets(&text));
                }
                Some(source)
            })
            .as_ref()
    }
}

/// A file that the compiler names from the root of the workspace. The test runs in the folder of
/// its package.
fn find(file: &Path) -> Option<PathBuf> {
    if file.is_absolute() {
        return Some(file.to_owned());
    }
    let here = std::env::current_dir().ok()?;
    here.ancestors()
        .map(|folder| folder.join(file))
        .find(|path| path.is_file())
}

impl Source {
    fn parse(text: &str) -> Source {
        Source {
            lines: text.lines().map(|line| line.chars().collect()).collect(),
            sets: sets(text),
        }
    }

    fn sets_of(&self, call: &Call) -> Vec<Set> {
        let mut named: HashSet<String> = HashSet::new();
        for argument in &call.arguments {
            named.extend(words(argument).map(str::to_owned));
        }
        for line in &self.lines {
            let line: String = line.iter().collect();
            let Some(receiver) = call.receiver.as_deref() else {
                break;
            };
            if !is_comment(&line) && words(&line).any(|word| word == receiver) {
                named.extend(words(&line).map(str::to_owned));
            }
        }
        let is_meant = |set: &&Set| set.constants.iter().any(|(name, _)| named.contains(name));
        self.sets.iter().filter(is_meant).cloned().collect()
    }

    /// The call of the method whose name begins at this line and column, both counted from 1.
    fn call(&self, line: u32, column: u32) -> Option<Call> {
        let (line, column) = (line as usize - 1, column as usize - 1);
        let text = self.lines.get(line)?;
        let mut before: Vec<char> = text.get(..column)?.to_vec();
        for above in self.lines[..line].iter().rev() {
            // A chain of calls goes on above only if the line begins with its dot.
            match before.iter().find(|char| !char.is_whitespace()) {
                Some('.') => before.splice(0..0, above.iter().copied()),
                _ => break,
            };
        }
        let after: Vec<char> = text[column..]
            .iter()
            .copied()
            .chain(self.lines[line + 1..].iter().flatten().copied())
            .take(CALL_CHARS_MAX)
            .collect();
        Some(Call {
            receiver: receiver(&before),
            arguments: arguments(&after),
        })
    }
}

/// The last name in `self.queue.state.`, past an index, a call or the `.0` of a wrapper.
fn receiver(before: &[char]) -> Option<String> {
    let text: String = before.iter().collect();
    name_of(text.trim_end().strip_suffix('.')?)
}

fn name_of(text: &str) -> Option<String> {
    let mut text = text.trim_end();
    loop {
        let close = text.chars().last()?;
        let open = match close {
            ')' => '(',
            ']' => '[',
            _ => break,
        };
        let mut depth = 0;
        let at = text.char_indices().rev().find(|(_, char)| {
            if *char == close {
                depth += 1;
            } else if *char == open {
                depth -= 1;
            }
            depth == 0
        })?;
        text = text[..at.0].trim_end();
    }
    let whole = text.trim_end_matches(|char: char| char.is_ascii_digit());
    let number = &text[whole.len()..];
    if let (Some(whole), false) = (whole.strip_suffix('.'), number.is_empty()) {
        let name = name_of(whole)?;
        let is_variable = whole
            .strip_suffix(&name)
            .is_some_and(|before| !before.ends_with('.'));
        // A field's `.0` is what it wraps; a variable is as likely to be a tuple.
        return Some(match number {
            "0" if !is_variable => name,
            number => format!("{name}.{number}"),
        });
    }
    let name = last_name(text)?;
    (!EMPTY_NAMES.contains(&name)).then(|| name.to_owned())
}

/// The name that the text ends with.
fn last_name(text: &str) -> Option<&str> {
    let start = text
        .char_indices()
        .rev()
        .take_while(|(_, char)| char.is_alphanumeric() || *char == '_')
        .last()?
        .0;
    Some(&text[start..])
}

/// What stands between the parentheses of a call, cut at its commas.
fn arguments(after: &[char]) -> Vec<String> {
    let Some(open) = after.iter().position(|char| *char == '(') else {
        return Vec::new();
    };
    if !after[..open]
        .iter()
        .all(|char| char.is_alphanumeric() || "_:<>".contains(*char))
    {
        return Vec::new();
    }
    let mut arguments = vec![String::new()];
    let mut depth = 0;
    for char in &after[open + 1..] {
        match char {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' if depth == 0 => break,
            ')' | ']' | '}' => depth -= 1,
            ',' if depth == 0 => {
                arguments.push(String::new());
                continue;
            }
            _ => {}
        }
        arguments.last_mut().expect("it has one").push(*char);
    }
    arguments
        .iter()
        .map(|argument| argument.trim().to_owned())
        .collect()
}

/// The name in `state: `, `let drops = Arc::new(` and the like, which end where the thing is made.
/// One of several things that are made together, as in a tuple, has none.
fn name_given(before: &str) -> Option<String> {
    let mut text = before.trim_end();
    while let Some(rest) = WRAPPERS
        .iter()
        .find_map(|wrapper| text.strip_suffix(wrapper))
    {
        text = rest.trim_end();
    }
    let text = text.strip_suffix('=').or_else(|| text.strip_suffix(':'))?;
    let name = last_name(text.trim_end())?;
    let is_name = name.starts_with(|char: char| char.is_lowercase());
    (is_name && !EMPTY_NAMES.contains(&name)).then(|| name.to_owned())
}

/// The words of a line of code.
fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(|char: char| !char.is_alphanumeric() && char != '_')
}

fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with("//")
}

/// The constants of a file, in sets.
fn sets(text: &str) -> Vec<Set> {
    let constants = constants(text);
    let sets = constants.chunk_by(|(_, before), (_, after)| before < after);
    let set = |constants: &[(String, u64)]| {
        let is_unit = |name: &str| {
            // `word / PERMIT` and `n * PERMIT` say that it is one of many.
            let counts = [format!("/ {name}"), format!("* {name}")];
            let mut code = text.lines().filter(|line| !is_comment(line));
            name.ends_with("_ONE") || code.any(|line| counts.iter().any(|it| line.contains(it)))
        };
        let last = constants.iter().rev().find(|(name, _)| is_state(name));
        Set {
            constants: constants.to_vec(),
            unit: last.filter(|(name, _)| is_unit(name)).cloned(),
        }
    };
    sets.map(set).collect()
}

/// Whether a constant of this name is a state or a bit, and not what one is computed with.
fn is_state(name: &str) -> bool {
    !["MASK", "MAX", "BITS", "SHIFT"]
        .iter()
        .any(|part| name.contains(part))
}

impl Set {
    /// The name of a value: that of a constant, or of the bits that it has.
    pub(crate) fn value(&self, value: u64) -> Option<String> {
        let states = || self.constants.iter().filter(|(name, _)| is_state(name));
        if let Some((name, _)) = states().find(|(_, known)| *known == value) {
            return Some(name.clone());
        }
        if value == 0 {
            return None;
        }
        // The highest bit may be the one of a count.
        let (count, mut bits) = match &self.unit {
            Some((_, unit)) => (value / unit, value % unit),
            None => (0, value),
        };
        let mut parts = Vec::new();
        while bits != 0 {
            let bit = 1 << bits.trailing_zeros();
            parts.push(states().find(|(_, known)| *known == bit)?.0.clone());
            bits &= bits - 1;
        }
        if let (Some((name, _)), 1..) = (&self.unit, count) {
            parts.push(match count {
                1 => name.clone(),
                count => format!("{count}×{name}"),
            });
        }
        Some(parts.join("|"))
    }
}

/// The constants of a file that are whole numbers.
fn constants(text: &str) -> Vec<(String, u64)> {
    let mut known: Vec<(String, u64)> = Vec::new();
    for line in text.lines() {
        let Some((_, rest)) = line.split_once("const ") else {
            continue;
        };
        let Some((name, rest)) = rest.split_once(':') else {
            continue;
        };
        let Some((_, value)) = rest.split_once('=') else {
            continue;
        };
        let value = value.split(';').next().unwrap_or("");
        if !is_constant(name) {
            continue;
        }
        if let Some(value) = evaluate(value, &known) {
            known.push((name.to_owned(), value));
        }
    }
    known
}

/// Whether this is a name as constants have it.
pub(crate) fn is_constant(name: &str) -> bool {
    name.starts_with(|char: char| char.is_ascii_uppercase())
        && name
            .chars()
            .all(|char| char.is_ascii_uppercase() || char.is_ascii_digit() || char == '_')
}

/// The value of `0b01`, `1 << 3`, `RUNNING | NOTIFIED`.
fn evaluate(text: &str, known: &[(String, u64)]) -> Option<u64> {
    text.split('|').try_fold(0, |sum, term| {
        let value = match term.split_once("<<") {
            Some((number, shift)) => {
                let shift = u32::try_from(number_of(shift, known)?).ok()?;
                number_of(number, known)?.checked_shl(shift)?
            }
            None => number_of(term, known)?,
        };
        Some(sum | value)
    })
}

fn number_of(text: &str, known: &[(String, u64)]) -> Option<u64> {
    let text = text.trim();
    if let Some((_, value)) = known.iter().find(|(name, _)| name == text) {
        return Some(*value);
    }
    let digits = text.replace('_', "");
    let digits = ["usize", "u64", "u32", "u8"]
        .iter()
        .fold(digits.as_str(), |text, suffix| {
            text.strip_suffix(suffix).unwrap_or(text)
        });
    let (digits, radix) = match digits.get(..2) {
        Some("0b") => (&digits[2..], 2),
        Some("0x") => (&digits[2..], 16),
        _ => (digits, 10),
    };
    u64::from_str_radix(digits, radix).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_names_what_it_is_called_on() {
        let source = Source::parse(
            "let a = self.state.swap(WAKING, AcqRel);\n\
             match self\n    .shared\n    .words[at(1)]\n    .compare_exchange(\n        WAITING, A | B,\n    )\n\
             self.0.load(Acquire)\nself.tail.0.load(Acquire)\npair.1.load(Acquire)\n\
             self.words[at(1)].0.load(Acquire)",
        );
        let swap = source.call(1, 20).unwrap();
        assert_eq!(swap.receiver.as_deref(), Some("state"));
        assert_eq!(swap.arguments, ["WAKING", "AcqRel"]);
        let exchange = source.call(5, 6).unwrap();
        assert_eq!(exchange.receiver.as_deref(), Some("words"));
        assert_eq!(exchange.arguments, ["WAITING", "A | B", ""]);
        let receiver = |line, column| source.call(line, column).unwrap().receiver;
        assert_eq!(receiver(8, 8), None);
        assert_eq!(receiver(9, 13).as_deref(), Some("tail"));
        assert_eq!(receiver(10, 8).as_deref(), Some("pair.1"));
        assert_eq!(receiver(11, 21).as_deref(), Some("words"));
    }

    #[test]
    fn a_thing_has_the_name_that_it_is_given() {
        assert_eq!(name_given("    state: ").as_deref(), Some("state"));
        assert_eq!(
            name_given("let drops = Arc::new(").as_deref(),
            Some("drops")
        );
        assert_eq!(name_given("Word { word: ").as_deref(), Some("word"));
        assert_eq!(name_given("    Arc::new("), None);
        assert_eq!(name_given("let pair = Arc::new(("), None);
        assert_eq!(
            name_given("let pair = Arc::new((AtomicBool::new(false), "),
            None
        );
    }

    #[test]
    fn constants_are_numbers_with_names() {
        let text = "const A: usize = 0b01;\npub(super) const B: usize = 1 << 6;\n\
                    const C: usize = A | B;\nconst D: &str = \"x\";\n";
        let expected = [("A", 1), ("B", 64), ("C", 65)];
        assert_eq!(
            constants(text),
            expected.map(|(name, value)| (name.to_owned(), value))
        );
    }

    /// As `Notify` has them: the bits of its word, and what is handed to a waiter.
    const TWO_SETS: &str = "const QUEUED: usize = 1;\nconst NOTIFIED: usize = 2;\n\
                            const CALL: usize = 4;\n\n\
                            const NOTHING: usize = 0;\nconst BY_ONE: usize = 1;\n\
                            const BY_LAST: usize = 2;\nconst BY_ALL: usize = 3;\n\
                            if word & QUEUED != 0 { return word / CALL; }\n\
                            // The word has nothing of NOTHING.\n\
                            self.state.swap(BY_ALL, AcqRel);\n";

    #[test]
    fn a_value_has_its_name_from_the_set_that_is_used_with_the_word() {
        let source = Source::parse(TWO_SETS);
        let values = |receiver: &str, values: &[u64]| -> Vec<Option<String>> {
            let call = Call {
                receiver: Some(receiver.to_owned()),
                arguments: Vec::new(),
            };
            let sets = source.sets_of(&call);
            let value = |value| sets.iter().find_map(|set| set.value(value));
            values.iter().map(|it| value(*it)).collect()
        };
        let some = |name: &str| Some(name.to_owned());
        assert_eq!(
            values("word", &[0, 1, 3, 5, 8]),
            [
                None,
                some("QUEUED"),
                some("QUEUED|NOTIFIED"),
                some("QUEUED|CALL"),
                some("2×CALL")
            ]
        );
        assert_eq!(
            values("state", &[0, 3, 5]),
            [some("NOTHING"), some("BY_ALL"), None]
        );
        assert_eq!(values("other", &[0, 1]), [None, None]);
    }
}
