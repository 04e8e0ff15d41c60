//! Styled text, cut into lines that fit.

use unicode_width::UnicodeWidthChar;

/// How a piece of text looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style {
    /// A number of the 256-colour palette; `None` is the terminal's own.
    pub colour: Option<u8>,
    /// Heavier.
    pub bold: bool,
    /// Fainter.
    pub dim: bool,
}

/// A piece of text in one style.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// What it says: no line ends, no control characters.
    pub text: String,
    /// How it looks.
    pub style: Style,
}

/// One line of spans.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// From left to right.
    pub spans: Vec<Span>,
}

/// Text as the terminal shows it by itself.
pub fn plain(text: impl Into<String>) -> Span {
    Span {
        text: text.into(),
        style: Style::default(),
    }
}

/// Heavier text.
pub fn bold(text: impl Into<String>) -> Span {
    let mut span = plain(text);
    span.style.bold = true;
    span
}

/// Fainter text.
pub fn dim(text: impl Into<String>) -> Span {
    let mut span = plain(text);
    span.style.dim = true;
    span
}

/// Coloured text.
pub fn coloured(text: impl Into<String>, colour: u8) -> Span {
    let mut span = plain(text);
    span.style.colour = Some(colour);
    span
}

/// Wraps lines between words so that none is wider than `width`. What is continued is indented as
/// its line began.
pub fn wrap(lines: &[Line], width: usize) -> Vec<Line> {
    lines.iter().flat_map(|line| line.wrap(width)).collect()
}

impl Line {
    /// A line of these spans.
    pub fn of(spans: impl IntoIterator<Item = Span>) -> Line {
        Line {
            spans: spans.into_iter().collect(),
        }
    }

    /// A line that says nothing.
    pub fn empty() -> Line {
        Line::default()
    }

    /// What the line says.
    pub fn text(&self) -> String {
        self.spans.iter().map(|span| span.text.as_str()).collect()
    }

    /// How many columns it takes.
    pub fn width(&self) -> usize {
        self.cells().map(|(char, _)| columns(char)).sum()
    }

    /// The same line further right.
    #[must_use]
    pub fn indented(mut self, spaces: usize) -> Line {
        if !self.spans.is_empty() {
            self.spans.insert(0, plain(" ".repeat(spaces)));
        }
        self
    }

    /// The line cut between words, so that no part is wider than `width`.
    pub fn wrap(&self, width: usize) -> Vec<Line> {
        if self.width() <= width || width == 0 {
            return vec![self.clone()];
        }
        let cells: Vec<_> = self.cells().collect();
        let leading = leading(&cells);
        let indent = if leading < width / 2 { leading } else { 0 };
        let mut lines = Vec::new();
        let mut start = 0;
        while start < cells.len() {
            let room = if start == 0 { width } else { width - indent };
            let end = start + cut(&cells[start..], room);
            let mut part = Line::from_cells(&cells[start..end]);
            if start != 0 {
                part = part.indented(indent);
            }
            lines.push(part);
            start = end + cells[end..].iter().take_while(|(c, _)| *c == ' ').count();
        }
        lines
    }

    fn cells(&self) -> impl Iterator<Item = (char, Style)> {
        self.spans
            .iter()
            .flat_map(|span| span.text.chars().map(|char| (char, span.style)))
    }

    fn from_cells(cells: &[(char, Style)]) -> Line {
        let mut line = Line::default();
        for &(char, style) in cells {
            match line.spans.last_mut() {
                Some(span) if span.style == style => span.text.push(char),
                _ => line.spans.push(Span {
                    text: char.into(),
                    style,
                }),
            }
        }
        line
    }
}

impl From<Span> for Line {
    fn from(span: Span) -> Line {
        Line::of([span])
    }
}

impl From<&str> for Line {
    fn from(text: &str) -> Line {
        Line::of([plain(text)])
    }
}

impl From<String> for Line {
    fn from(text: String) -> Line {
        Line::of([plain(text)])
    }
}

fn columns(char: char) -> usize {
    char.width().unwrap_or(0)
}

/// How far a line is indented. The sign of a changed line or of a list's item counts as a part of
/// it.
fn leading(cells: &[(char, Style)]) -> usize {
    let is_sign = matches!(cells, [('-' | '+', _), (' ', _), ..]);
    let sign = usize::from(is_sign);
    let spaces = cells[sign..].iter().take_while(|(char, _)| *char == ' ');
    sign + spaces.count()
}

/// How many of the cells fit into `room` columns, cut after a word where there is one. At least one,
/// so that wrapping always ends.
fn cut(cells: &[(char, Style)], room: usize) -> usize {
    let mut used = 0;
    let mut fits = cells.len();
    for (index, (char, _)) in cells.iter().enumerate() {
        used += columns(*char);
        if room < used {
            fits = index;
            break;
        }
    }
    if fits == cells.len() {
        return fits;
    }
    // The cell that no longer fits may itself be the space between two words.
    let is_word_end = |&at: &usize| cells[at].0 == ' ' && cells[at - 1].0 != ' ';
    let first_word = cells.iter().take_while(|(char, _)| *char == ' ').count() + 1;
    (first_word..=fits)
        .rev()
        .find(is_word_end)
        .unwrap_or(fits.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrapped(text: &str, width: usize) -> Vec<String> {
        Line::from(text)
            .wrap(width)
            .iter()
            .map(Line::text)
            .collect()
    }

    #[test]
    fn a_line_is_cut_between_words() {
        assert_eq!(wrapped("one two three", 8), ["one two", "three"]);
        assert_eq!(wrapped("one two three", 7), ["one two", "three"]);
    }

    #[test]
    fn what_is_continued_is_indented_as_it_began() {
        assert_eq!(wrapped("  one two three", 9), ["  one two", "  three"]);
    }

    #[test]
    fn a_changed_line_is_continued_beneath_itself() {
        assert_eq!(wrapped("+   one more", 10), ["+   one", "    more"]);
        assert_eq!(wrapped("-1 is less", 6), ["-1 is", "less"]);
    }

    #[test]
    fn a_word_that_is_too_long_is_cut() {
        assert_eq!(wrapped("abcdefgh", 3), ["abc", "def", "gh"]);
        assert_eq!(wrapped("   abcdefgh", 4), ["   a", "bcde", "fgh"]);
    }

    #[test]
    fn wide_characters_count_twice() {
        assert_eq!(wrapped("日本語", 4), ["日本", "語"]);
    }

    #[test]
    fn a_wide_character_in_a_single_column_does_not_loop() {
        assert_eq!(wrapped("日本", 1), ["日", "本"]);
    }
}
