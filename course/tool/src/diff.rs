//! The difference of two texts, in lines a reader can follow.

use similar::{ChangeTag, TextDiff};

use crate::screen::{Line, colour, coloured, dim, plain};

/// How many unchanged lines are shown around a change.
const CONTEXT: usize = 3;

/// What turns `old` into `new`: `-` lines go, `+` lines come. Empty if they are equal.
pub fn lines(old: &str, new: &str) -> Vec<Line> {
    let diff = TextDiff::from_lines(old, new);
    let mut lines = Vec::new();
    for (index, group) in diff.grouped_ops(CONTEXT).iter().enumerate() {
        if index != 0 {
            lines.push(Line::from(dim("  ⋮")));
        }
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let text = change.value().trim_end_matches(['\r', '\n']);
            lines.push(match change.tag() {
                ChangeTag::Delete => Line::from(coloured(format!("- {text}"), colour::RED)),
                ChangeTag::Insert => Line::from(coloured(format!("+ {text}"), colour::GREEN)),
                ChangeTag::Equal => Line::from(plain(format!("  {text}"))),
            });
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_and_what_comes_is_marked() {
        let shown: Vec<_> = lines("a\nb\nc\n", "a\nx\nc\n")
            .iter()
            .map(Line::text)
            .collect();
        assert_eq!(shown, ["  a", "- b", "+ x", "  c"]);
    }

    #[test]
    fn equal_texts_have_no_difference() {
        assert!(lines("a\n", "a\n").is_empty());
    }
}
