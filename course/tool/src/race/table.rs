//! The table, and what has to be said beside it.

use super::{BYTES, Entrant, OPERATIONS, Results};
use crate::screen::{Line, bold, colour, coloured, dim, plain};

/// Below this share of a processor the machine was busy with other things.
const BUSY: f64 = 0.95;
/// Bounds that are further apart than this say little, as a share of the median.
const WIDE: f64 = 0.25;
/// A ratio nearer to one than this is no difference.
const EVEN: f64 = 0.03;

/// The whole answer, but for where the picture is.
pub fn lines(results: &Results, entrant: Entrant, rounds: usize) -> Vec<Line> {
    let column = entrant.column();
    let mut lines = vec![
        Line::from(bold(format!(
            "{} against tokio's current_thread without drivers",
            entrant.subject()
        ))),
        Line::empty(),
        Line::from(dim(format!(
            "{:<15}{:>7} {column:>7} {:>7} {:>14}",
            "nanoseconds", "tokio", "ratio", "half of rounds"
        ))),
    ];
    for row in &results.rows {
        let of = &row.ratio;
        let bounds = match row.name == BYTES {
            true => String::new(),
            false => format!("{:.2} to {:.2}", of.low, of.high),
        };
        let what = operation(&row.name);
        let ratio = format!("{:>7.2}", of.median);
        lines.push(Line::of([
            plain(format!(
                "{:<15}{:>7.1} {:>7.1} ",
                row.name, row.tokio, row.entrant
            )),
            match of.median {
                even if (even - 1.0).abs() < EVEN => plain(ratio),
                less if less < 1.0 => coloured(ratio, colour::GREEN),
                _ => coloured(ratio, colour::YELLOW),
            },
            plain(format!(" {bounds:>14}  ")),
            dim(what),
        ]));
    }
    lines.push(Line::empty());
    lines.extend(said(results, column, rounds));
    lines
}

/// What one operation of a row is.
pub fn operation(name: &str) -> &'static str {
    let known = OPERATIONS.iter().find(|(known, _)| *known == name);
    known.map_or("", |(_, operation)| operation)
}

/// What the figures are worth.
fn said(results: &Results, column: &str, rounds: usize) -> Vec<Line> {
    let mut said = vec![Line::from(format!(
        "A ratio below 1: {column} is faster, or takes less. The two took turns in {rounds} rounds. All numbers are \
         medians, and in half of the rounds the ratio was within the bounds. Times are processor time of one operation."
    ))];
    let got = results.got.unwrap_or(1.0);
    if got < BUSY {
        said.push(Line::from(coloured(
            format!(
                "This machine was busy: the race had a processor for only {:.0} % of the time. Other programs empty the \
                 caches that it works in, so these times are worth little. Let the machine rest, and race again.",
                got * 100.0
            ),
            colour::YELLOW,
        )));
    } else {
        said.push(Line::from(format!(
            "The race had a processor for {:.0} % of the time. On a busy machine such times are worth little: other \
             programs empty the caches that it works in.",
            got * 100.0
        )));
    }
    let wide: Vec<&str> = results
        .rows
        .iter()
        .filter(|row| WIDE < row.ratio.spread())
        .map(|row| row.name.as_str())
        .collect();
    if !wide.is_empty() {
        said.push(Line::from(coloured(
            format!(
                "The bounds are far apart for {}: such a ratio says little. `--rounds {}` may bring them together.",
                wide.join(", "),
                3 * rounds + 8
            ),
            colour::YELLOW,
        )));
    }
    said.push(Line::from(
        "Not measured: sockets and timers, several worker threads, link-time optimization, and tasks that do any work. \
         Tokio also counts polls for its metrics and calls hooks, and we do not. In a program whose tasks work, a \
         scheduler is a small part.",
    ));
    said
}

#[cfg(test)]
mod tests {
    use super::super::result::tests::results;
    use super::*;

    fn text(results: &Results, entrant: Entrant) -> String {
        let lines = lines(results, entrant, 31);
        let lines: Vec<String> = lines.iter().map(Line::text).collect();
        lines.join("\n")
    }

    #[test]
    fn each_row_has_a_line_that_fits() {
        let text = text(&results(), Entrant::Yours);
        for row in [
            "nanoseconds      tokio   yours   ratio half of rounds",
            "spawn            230.8    66.9    0.29   0.28 to 0.31  spawned, run, dropped",
            "block_on_enter   151.6   181.9    1.20   1.19 to 1.21  of a future that is ready",
            "bytes            256.0   104.0    0.41                 asked for by a task",
        ] {
            let mut lines = text.lines();
            assert!(lines.any(|line| line.trim_end() == row), "{row}\n{text}");
        }
        let table = text.lines().skip(2).take(12);
        assert!(
            table.clone().all(|line| line.chars().count() <= 80),
            "{text}"
        );
        assert_eq!(table.count(), 12);
        for (name, _) in OPERATIONS {
            assert!(text.lines().any(|line| line.starts_with(name)), "{name}");
        }
    }

    #[test]
    fn it_says_what_the_figures_are_worth() {
        let mut results = results();
        let busy = text(&results, Entrant::Yours);
        assert!(
            busy.contains("busy: the race had a processor for only 87 %"),
            "{busy}"
        );
        assert!(
            busy.contains("far apart for spawn_remote: such a ratio"),
            "{busy}"
        );
        assert!(busy.contains("`--rounds 101`"), "{busy}");
        assert!(busy.contains("Not measured: sockets and timers"), "{busy}");
        results.got = Some(0.99);
        results.rows.remove(6);
        let quiet = text(&results, Entrant::Yours);
        assert!(
            quiet.contains("had a processor for 99 % of the time"),
            "{quiet}"
        );
        assert!(!quiet.contains("far apart"), "{quiet}");
    }

    #[test]
    fn it_says_whose_scheduler_it_is() {
        let results = results();
        let says = |entrant, what: &str| {
            let text = text(&results, entrant);
            assert!(text.starts_with(what), "{text}");
            text
        };
        let ours = says(Entrant::Ours, "Our scheduler against tokio's");
        assert!(ours.contains("A ratio below 1: ours is faster"), "{ours}");
        says(Entrant::Yours, "Your scheduler against tokio's");
        says(
            Entrant::PartlyYours,
            "A scheduler that is in part yours against",
        );
    }
}
