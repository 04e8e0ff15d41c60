//! A source file, and what is called and made at a place in it.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};

use super::constants::{Set, sets};

/// A source file as its tokens.
pub struct Source {
    /// The sequences of tokens: that of the file first, then those in parentheses and braces.
    sequences: Vec<Sequence>,
    /// Where the tokens are that stand at a line and a column: the sequence, and the place in it.
    places: HashMap<(usize, usize), (usize, usize)>,
    /// The names on each line.
    lines: HashMap<usize, HashSet<String>>,
    /// Its constants.
    pub sets: Vec<Rc<Set>>,
}

struct Sequence {
    tokens: Vec<TokenTree>,
    /// The group that it is the inside of: the sequence that has it, and its place there.
    outer: Option<(usize, usize)>,
}

/// A call in the source: `receiver.method(arguments)`.
#[derive(Debug, Default)]
pub struct Call {
    /// The last name of what it is called on.
    pub receiver: Option<String>,
    /// What stands between the parentheses, cut at the commas.
    pub arguments: Vec<Argument>,
}

/// An argument of a call.
#[derive(Debug)]
pub struct Argument(Vec<TokenTree>);

/// Names that say nothing of what the thing is for.
const EMPTY_NAMES: [&str; 6] = ["self", "inner", "unwrap", "deref", "this", "cell"];

/// What a thing may be wrapped into where it is made.
const WRAPPERS: [&str; 3] = ["Arc::new", "Box::new", "Some"];

impl Source {
    /// `None` if it is no Rust.
    pub fn parse(text: &str) -> Option<Source> {
        let file: TokenStream = text.parse().ok()?;
        let mut source = Source {
            sequences: Vec::new(),
            places: HashMap::new(),
            lines: HashMap::new(),
            sets: sets(&file).into_iter().map(Rc::new).collect(),
        };
        source.add(file, None);
        Some(source)
    }

    fn add(&mut self, tokens: TokenStream, outer: Option<(usize, usize)>) {
        let number = self.sequences.len();
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        self.sequences.push(Sequence {
            tokens: tokens.clone(),
            outer,
        });
        for (at, token) in tokens.into_iter().enumerate() {
            let start = token.span().start();
            self.places.insert((start.line, start.column), (number, at));
            match token {
                TokenTree::Group(group) => self.add(group.stream(), Some((number, at))),
                TokenTree::Ident(name) => {
                    let names = self.lines.entry(start.line).or_default();
                    names.insert(name.to_string());
                }
                _ => {}
            }
        }
    }

    /// The tokens before the one at this line and column, both counted from 1, and those from it on.
    fn at(&self, line: u32, column: u32) -> Option<(usize, usize)> {
        let column = (column as usize).checked_sub(1)?;
        self.places.get(&(line as usize, column)).copied()
    }

    /// The call of the method whose name begins at this place.
    pub fn call_at(&self, line: u32, column: u32) -> Option<Call> {
        let (sequence, at) = self.at(line, column)?;
        let (before, after) = self.sequences[sequence].tokens.split_at(at);
        let receiver = match before.split_last() {
            Some((dot, before)) if is_sign(dot, '.') => name_of(before),
            _ => None,
        };
        Some(Call {
            receiver,
            arguments: arguments(after),
        })
    }

    /// The name in `state: `, `let drops = Arc::new(`, `(&raw mut (*place).waker).write(` and the like,
    /// which end at this place. One of several things that are made together, as in a tuple, has none.
    pub fn named_at(&self, line: u32, column: u32) -> Option<String> {
        let (mut sequence, mut at) = self.at(line, column)?;
        // Out of the parentheses of what it is wrapped into.
        while at == 0 {
            let (outer, group) = self.sequences[sequence].outer?;
            let before = &self.sequences[outer].tokens[..group];
            if let Some(name) = written_place(before) {
                return Some(name);
            }
            let wrapper = WRAPPERS
                .iter()
                .find_map(|wrapper| ends_with(before, wrapper));
            (sequence, at) = (outer, wrapper?);
        }
        let before = &self.sequences[sequence].tokens[..at];
        let (sign, before) = before.split_last()?;
        let gives = is_sign(sign, '=') || (is_sign(sign, ':') && !ends_in_joint_colon(before));
        let name = match before.last() {
            Some(TokenTree::Ident(name)) if gives => name.to_string(),
            _ => return None,
        };
        let is_name = name.starts_with(|char: char| char.is_lowercase());
        (is_name && !EMPTY_NAMES.contains(&name.as_str())).then_some(name)
    }

    /// The sets that a call has to do with: what it names in its arguments, or what is named on a line
    /// of the file together with the call's receiver, as in `word & QUEUED`.
    pub fn sets_of(&self, call: &Call) -> Vec<Rc<Set>> {
        let mut named: HashSet<&str> = HashSet::new();
        let in_arguments: Vec<String> = call.arguments.iter().flat_map(Argument::names).collect();
        named.extend(in_arguments.iter().map(String::as_str));
        if let Some(receiver) = &call.receiver {
            let lines = self.lines.values().filter(|names| names.contains(receiver));
            named.extend(lines.flatten().map(String::as_str));
        }
        let is_meant = |set: &&Rc<Set>| {
            let mut constants = set.constants.iter();
            constants.any(|(name, _)| named.contains(name.as_str()))
        };
        self.sets.iter().filter(is_meant).cloned().collect()
    }
}

impl Call {
    /// What a call that writes a cell does with it, if its only argument says so.
    pub fn puts(&self) -> Option<&'static str> {
        let [argument] = &self.arguments[..] else {
            return None;
        };
        match &argument.0[..] {
            [TokenTree::Ident(name)] if name == "None" => Some("emptied"),
            [TokenTree::Ident(name), TokenTree::Group(_), ..] if name == "Some" => {
                Some("put there")
            }
            _ => None,
        }
    }
}

impl Argument {
    /// The last name of a path, such as `WAKING` or `state::WAKING`.
    pub fn path(&self) -> Option<String> {
        let is_of_path = |token: &TokenTree| match token {
            TokenTree::Ident(_) => true,
            token => is_sign(token, ':'),
        };
        match self.0.last() {
            Some(TokenTree::Ident(name)) if self.0.iter().all(is_of_path) => Some(name.to_string()),
            _ => None,
        }
    }

    /// All names in it.
    fn names(&self) -> Vec<String> {
        let mut names = Vec::new();
        let mut rest = self.0.clone();
        while let Some(token) = rest.pop() {
            match token {
                TokenTree::Ident(name) => names.push(name.to_string()),
                TokenTree::Group(group) => rest.extend(group.stream()),
                _ => {}
            }
        }
        names
    }
}

/// The last name in `self.queue.state`, past an index, a call or the `.0` of a wrapper.
fn name_of(tokens: &[TokenTree]) -> Option<String> {
    let mut tokens = tokens;
    while let Some((TokenTree::Group(group), before)) = tokens.split_last()
        && matches!(
            group.delimiter(),
            Delimiter::Parenthesis | Delimiter::Bracket
        )
    {
        tokens = before;
    }
    let (last, before) = tokens.split_last()?;
    match last {
        TokenTree::Ident(name) => {
            let name = name.to_string();
            (!EMPTY_NAMES.contains(&name.as_str())).then_some(name)
        }
        TokenTree::Literal(number) => {
            let (dot, before) = before.split_last()?;
            if !is_sign(dot, '.') {
                return None;
            }
            let name = name_of(before)?;
            let is_variable =
                !matches!(before, [.., dot, TokenTree::Ident(_)] if is_sign(dot, '.'));
            // A field's `.0` is what it wraps; a variable is as likely to be a tuple.
            Some(match number.to_string().as_str() {
                "0" if !is_variable || is_indexed(before) => name,
                number => format!("{name}.{number}"),
            })
        }
        _ => None,
    }
}

/// The last name of the place in `(&raw mut (*place).waker).write`, if the tokens end with that.
fn written_place(tokens: &[TokenTree]) -> Option<String> {
    match &tokens[..ends_with(tokens, ".write")?] {
        [.., TokenTree::Group(place)] if place.delimiter() == Delimiter::Parenthesis => {
            let place: Vec<TokenTree> = place.stream().into_iter().collect();
            name_of(&place)
        }
        _ => None,
    }
}

/// Whether the tokens end with an index or a call: what is behind it is no variable.
fn is_indexed(tokens: &[TokenTree]) -> bool {
    matches!(tokens.last(), Some(TokenTree::Group(_)))
}

/// What stands between the parentheses of a call, of which these tokens begin with the method's name.
fn arguments(after: &[TokenTree]) -> Vec<Argument> {
    let inside = after.iter().find_map(|token| match token {
        TokenTree::Group(group) => Some(group),
        _ => None,
    });
    let inside = inside.filter(|group| group.delimiter() == Delimiter::Parenthesis);
    let Some(inside) = inside else {
        return Vec::new();
    };
    let tokens: Vec<TokenTree> = inside.stream().into_iter().collect();
    let parts = tokens.split(|token| is_sign(token, ','));
    parts.map(|part| Argument(part.to_vec())).collect()
}

fn is_sign(token: &TokenTree, sign: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == sign)
}

/// Whether a colon that follows is the second of `::`.
fn ends_in_joint_colon(before: &[TokenTree]) -> bool {
    matches!(
        before.last(),
        Some(TokenTree::Punct(punct)) if punct.as_char() == ':' && punct.spacing() == Spacing::Joint
    )
}

/// Where the tokens of a path begin, if these end with them.
fn ends_with(tokens: &[TokenTree], path: &str) -> Option<usize> {
    let path: TokenStream = path.parse().ok()?;
    let path: Vec<TokenTree> = path.into_iter().collect();
    let start = tokens.len().checked_sub(path.len())?;
    let same = tokens[start..].iter().zip(&path);
    let is_same = same.map(|(a, b)| a.to_string() == b.to_string());
    is_same.into_iter().all(|same| same).then_some(start)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The place right after the first of these words.
    fn after(text: &str, words: &str) -> (u32, u32) {
        let at = text.find(words).unwrap() + words.len();
        let line = text[..at].matches('\n').count() + 1;
        let column = at - text[..at].rfind('\n').map_or(0, |at| at + 1) + 1;
        (line as u32, column as u32)
    }

    fn call(text: &str, words: &str) -> Call {
        let (line, column) = after(text, words);
        Source::parse(text).unwrap().call_at(line, column).unwrap()
    }

    #[test]
    fn a_call_names_what_it_is_called_on() {
        let receiver = |text: &str| {
            let words = &text[..text.find("load").unwrap()];
            call(text, words).receiver
        };
        assert_eq!(
            receiver("self.state.load(Acquire)").as_deref(),
            Some("state")
        );
        assert_eq!(receiver("self.0.load(Acquire)"), None);
        assert_eq!(
            receiver("self.tail.0.load(Acquire)").as_deref(),
            Some("tail")
        );
        assert_eq!(receiver("pair.1.load(Acquire)").as_deref(), Some("pair.1"));
        let indexed = "self.words[at(1)].0.load(Acquire)";
        assert_eq!(receiver(indexed).as_deref(), Some("words"));
        let chain = "self\n    .shared\n    .words[at(1)]\n    .load(Acquire)";
        assert_eq!(receiver(chain).as_deref(), Some("words"));
        let in_macro = "assert!(a == \")\" || state.load(Acquire) == 1)";
        assert_eq!(receiver(in_macro).as_deref(), Some("state"));
    }

    #[test]
    fn a_call_has_arguments() {
        let text = "self.state.swap(state::WAKING, A | B, f(x, y),)";
        let call = call(text, "state.");
        let paths: Vec<_> = call.arguments.iter().map(Argument::path).collect();
        assert_eq!(paths, [Some("WAKING".to_owned()), None, None, None]);
        assert_eq!(call.arguments[1].names(), ["B", "A"]);
    }

    #[test]
    fn a_write_says_what_it_puts_there() {
        let puts = |text: &str| call(text, "slot.").puts();
        assert_eq!(puts("slot.set(None)"), Some("emptied"));
        assert_eq!(puts("slot.set(Some(waker))"), Some("put there"));
        assert_eq!(puts("slot.set(waker)"), None);
    }

    #[test]
    fn a_thing_has_the_name_that_it_is_given() {
        let named = |text: &str| {
            let (line, column) = after(text, &text[..text.find("Atomic").unwrap()]);
            Source::parse(text).unwrap().named_at(line, column)
        };
        let is = |text: &str, name: &str| assert_eq!(named(text).as_deref(), Some(name), "{text}");
        is("Cell { state: AtomicUsize::new(0) }", "state");
        is("let drops = Arc::new(AtomicUsize::new(0));", "drops");
        is("Word { word: Some(Box::new(AtomicUsize::new(0))) }", "word");
        is(
            "(&raw mut (*place).word).write(AtomicUsize::new(0));",
            "word",
        );
        for unnamed in [
            "f(AtomicUsize::new(0))",
            "let pair = Arc::new((AtomicBool::new(false), 1));",
            "let pair = (1, AtomicBool::new(false));",
            "Cell { inner: AtomicUsize::new(0) }",
            "x::AtomicUsize::new(0)",
        ] {
            assert_eq!(named(unnamed), None, "{unnamed}");
        }
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
        let source = Source::parse(TWO_SETS).unwrap();
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
        let of_word = [
            None,
            some("QUEUED"),
            some("QUEUED|NOTIFIED"),
            some("2×CALL"),
        ];
        assert_eq!(values("word", &[0, 1, 3, 8]), of_word);
        let of_state = [some("NOTHING"), some("BY_ALL"), None];
        assert_eq!(values("state", &[0, 3, 5]), of_state);
        assert_eq!(values("other", &[0, 1]), [None, None]);
    }
}
