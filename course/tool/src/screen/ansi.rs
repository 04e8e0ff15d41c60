//! Colours as a terminal speaks them: escape sequences, read from the compiler and written for the
//! reader.

use super::text::{Line, Span, Style};

/// Begins every sequence that sets a style.
const ESCAPE: char = '\u{1b}';
/// A tab is this many spaces, so that the width of a line is the sum of its characters.
const TAB: &str = "    ";

/// Cuts text with escape sequences into lines. Colours and weights are kept; any other control
/// character is dropped, so that nothing a test prints can move the cursor.
pub fn from_ansi(text: &str) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut style = Style::default();
    for text in text.lines() {
        let mut line = Line::empty();
        let mut chars = text.chars();
        while let Some(char) = chars.next() {
            match char {
                ESCAPE => read_sequence(&mut chars, &mut style),
                '\t' => TAB.chars().for_each(|space| push(&mut line, space, style)),
                char if char.is_control() => {}
                char => push(&mut line, char, style),
            }
        }
        lines.push(line);
    }
    lines
}

/// Writes a line, with sequences that set its styles if `colours` are wanted.
pub fn render(line: &Line, colours: bool) -> String {
    let mut out = String::new();
    for span in &line.spans {
        if !colours || span.style == Style::default() {
            out.push_str(&span.text);
            continue;
        }
        let Style { colour, bold, dim } = span.style;
        out.push_str("\u{1b}[0");
        if bold {
            out.push_str(";1");
        }
        if dim {
            out.push_str(";2");
        }
        match colour {
            Some(number @ 0..8) => out.push_str(&format!(";3{number}")),
            Some(number @ 8..16) => out.push_str(&format!(";9{}", number - 8)),
            Some(number) => out.push_str(&format!(";38;5;{number}")),
            None => {}
        }
        out.push('m');
        out.push_str(&span.text);
        out.push_str("\u{1b}[0m");
    }
    out
}

fn push(line: &mut Line, char: char, style: Style) {
    match line.spans.last_mut() {
        Some(span) if span.style == style => span.text.push(char),
        _ => line.spans.push(Span {
            text: char.into(),
            style,
        }),
    }
}

/// Reads the sequence after an escape character. Only `[ … m`, which sets a style, means something
/// here.
fn read_sequence(chars: &mut std::str::Chars<'_>, style: &mut Style) {
    match chars.next() {
        Some('[') => {
            let mut parameters = String::new();
            for char in chars.by_ref() {
                match char {
                    'm' => return set(style, &parameters),
                    '0'..='9' | ';' | ':' => parameters.push(char),
                    '@'..='~' => return,
                    _ => {}
                }
            }
        }
        // An operating system command, such as a link: it ends with a bell or with `ESC \`.
        Some(']') => {
            while let Some(char) = chars.next() {
                if char == '\u{7}' || (char == ESCAPE && chars.next() == Some('\\')) {
                    return;
                }
            }
        }
        _ => {}
    }
}

fn set(style: &mut Style, parameters: &str) {
    let mut numbers = parameters
        .split([';', ':'])
        .map(|number| number.parse::<u8>().unwrap_or(0));
    while let Some(number) = numbers.next() {
        match number {
            0 => *style = Style::default(),
            1 => style.bold = true,
            2 => style.dim = true,
            22 => (style.bold, style.dim) = (false, false),
            30..=37 => style.colour = Some(number - 30),
            90..=97 => style.colour = Some(number - 90 + 8),
            39 => style.colour = None,
            38 => match numbers.next() {
                Some(5) => style.colour = numbers.next(),
                _ => return,
            },
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_of_the_compiler_are_kept() {
        let text = "\u{1b}[1m\u{1b}[38;5;9merror\u{1b}[0m: no\n\u{1b}[94m-->\u{1b}[0m a.rs";
        let lines = from_ansi(text);
        assert_eq!(lines.len(), 2);
        assert_eq!(lines[0].text(), "error: no");
        let error = Style {
            colour: Some(9),
            bold: true,
            dim: false,
        };
        assert_eq!(lines[0].spans[0].style, error);
        assert_eq!(lines[0].spans[1].style, Style::default());
        assert_eq!(lines[1].spans[0].style.colour, Some(12));
    }

    #[test]
    fn nothing_but_colours_gets_through() {
        let text = "a\u{1b}[2Jb\u{1b}]8;;http://x\u{7}c\u{1b}]8;;\u{1b}\\d\re\u{8}f\tg";
        assert_eq!(from_ansi(text)[0].text(), "abcdef    g");
    }

    #[test]
    fn what_is_rendered_is_read_back() {
        let lines = from_ansi("\u{1b}[1;31mred\u{1b}[0m and \u{1b}[2mfaint\u{1b}[0m");
        assert_eq!(from_ansi(&render(&lines[0], true)), lines);
        assert_eq!(render(&lines[0], false), "red and faint");
    }
}
