//! Constants that are the states or the bits of a word.

use std::collections::HashSet;

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::{BinOp, Expr, Lit};

/// Constants that are declared together: the states or the bits of one word. Their values increase;
/// where they begin anew, another set begins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Set {
    /// In their order.
    pub constants: Vec<(String, u64)>,
    /// What the word's upper bits count, such as `REF_ONE`.
    pub unit: Option<(String, u64)>,
}

impl Set {
    /// The name of a value: that of a constant, or of the bits that it has.
    pub fn value(&self, value: u64) -> Option<String> {
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

/// The constants of a file, in sets.
pub fn sets(file: &TokenStream) -> Vec<Set> {
    let mut constants = Vec::new();
    let mut counted = HashSet::new();
    read(file, &mut constants, &mut counted);
    let sets = constants.chunk_by(|(_, before), (_, after)| before < after);
    let set = |constants: &[(String, u64)]| {
        let last = constants.iter().rev().find(|(name, _)| is_state(name));
        let is_unit = |name: &str| name.ends_with("_ONE") || counted.contains(name);
        Set {
            constants: constants.to_vec(),
            unit: last.filter(|(name, _)| is_unit(name)).cloned(),
        }
    };
    sets.map(set).collect()
}

/// Whether this is a name as constants have it.
pub fn is_constant(name: &str) -> bool {
    name.starts_with(|char: char| char.is_ascii_uppercase())
        && name
            .chars()
            .all(|char| char.is_ascii_uppercase() || char.is_ascii_digit() || char == '_')
}

/// Whether a constant of this name is a state or a bit, and not what one is computed with.
fn is_state(name: &str) -> bool {
    !["MASK", "MAX", "BITS", "SHIFT"]
        .iter()
        .any(|part| name.contains(part))
}

/// The constants that are whole numbers, in their order, and the names of those that a word is
/// divided by or a number multiplied with: `word / PERMIT` and `n * PERMIT` say that it is one of
/// many.
fn read(tokens: &TokenStream, constants: &mut Vec<(String, u64)>, counted: &mut HashSet<String>) {
    let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
    for (at, token) in tokens.iter().enumerate() {
        match (token, tokens.get(at + 1)) {
            // What stands in an attribute or an index declares none.
            (TokenTree::Group(group), _) if group.delimiter() != Delimiter::Bracket => {
                read(&group.stream(), constants, counted);
            }
            (TokenTree::Punct(sign), Some(TokenTree::Ident(name)))
                if matches!(sign.as_char(), '/' | '*') =>
            {
                counted.insert(name.to_string());
            }
            (TokenTree::Ident(word), Some(TokenTree::Ident(name))) if word == "const" => {
                let name = name.to_string();
                let declared = &tokens[at + 2..];
                if is_constant(&name)
                    && let Some(value) = value(declared, constants)
                {
                    constants.push((name, value));
                }
            }
            _ => {}
        }
    }
}

/// The value of `: usize = 0b01;`, of which this is the beginning.
fn value(declared: &[TokenTree], known: &[(String, u64)]) -> Option<u64> {
    let is = |token: &TokenTree, sign: char| matches!(token, TokenTree::Punct(it) if it.as_char() == sign);
    let end = declared.iter().position(|token| is(token, ';'))?;
    let declared = &declared[..end];
    let equals = declared.iter().position(|token| is(token, '='))?;
    let value: TokenStream = declared[equals + 1..].iter().cloned().collect();
    evaluate(&syn::parse2(value).ok()?, known)
}

/// The value of `0b01`, `1 << 3`, `RUNNING | NOTIFIED`.
fn evaluate(value: &Expr, known: &[(String, u64)]) -> Option<u64> {
    match value {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Int(number) => number.base10_parse().ok(),
            _ => None,
        },
        Expr::Path(path) => {
            let name = path.path.get_ident()?.to_string();
            let found = known.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| *value)
        }
        Expr::Paren(inner) => evaluate(&inner.expr, known),
        Expr::Binary(both) => {
            let (left, right) = (evaluate(&both.left, known)?, evaluate(&both.right, known)?);
            match both.op {
                BinOp::BitOr(_) => Some(left | right),
                BinOp::Shl(_) => left.checked_shl(u32::try_from(right).ok()?),
                _ => None,
            }
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Vec<Set> {
        sets(&text.parse().unwrap())
    }

    #[test]
    fn constants_are_numbers_with_names() {
        let text = "const A: usize = 0b01;\npub(super) const B: usize = 1 << 6;\n\
                    const C: usize = A | B;\nconst D: &str = \"x\";\nconst fn E() {}\n\
                    // const F: u8 = 99;\nimpl X { const G: u8 = 0xff_u8; }\n";
        let expected = [("A", 1), ("B", 64), ("C", 65), ("G", 255)];
        let expected = expected.map(|(name, value)| (name.to_owned(), value));
        assert_eq!(of(text)[0].constants, expected);
    }

    #[test]
    fn a_set_ends_where_the_values_begin_anew() {
        let text = "const A: u8 = 1; const B: u8 = 2; const NOTHING: u8 = 0; const ALL: u8 = 3;";
        let sizes: Vec<usize> = of(text).iter().map(|set| set.constants.len()).collect();
        assert_eq!(sizes, [2, 2]);
    }

    #[test]
    fn the_highest_may_be_the_unit_of_a_count() {
        let text = "const QUEUED: u8 = 1; const CALL: u8 = 4; fn f() { word / CALL }";
        let set = &of(text)[0];
        assert_eq!(set.value(5).as_deref(), Some("QUEUED|CALL"));
        assert_eq!(set.value(9).as_deref(), Some("QUEUED|2×CALL"));
        assert_eq!(set.value(2), None);
        assert_eq!(set.value(0), None);
        let without = &of("const QUEUED: u8 = 1; const CALL: u8 = 4; // word / CALL")[0];
        assert_eq!(without.value(8), None);
    }
}
