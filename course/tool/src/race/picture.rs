//! The picture: a bar for each row, beside a line for tokio.
//!
//! It is one SVG file. It is light or dark as the viewer asks, and its description says all that it shows.

use std::fmt::Write as _;

use super::table::operation;
use super::{BYTES, Entrant, Results, Row};

const WIDTH: f64 = 800.0;
/// Where the bars begin, and where the scale ends.
const LEFT: f64 = 150.0;
const RIGHT: f64 = 520.0;
const TOP: f64 = 78.0;
const ROW: f64 = 28.0;
const BAR: f64 = 14.0;

/// The scale reaches at least a little beyond tokio. A bar beyond its end is cut there; its number says how long it is.
const SCALE_MIN: f64 = 1.25;
const SCALE_MAX: f64 = 4.0;

const STYLE: &str = "\
svg{background:#fff}
text{font:14px system-ui,-apple-system,'Segoe UI',sans-serif;fill:#1d2430}
.title{font-size:17px;font-weight:600}
.faint{fill:#5b6472}
.less{fill:#2f7d5b}.more{fill:#b4581f}
.bounds,.tokio{stroke:#1d2430;fill:none}.bounds{stroke-width:1.5}.tokio{stroke-dasharray:4 3}
@media (prefers-color-scheme:dark){
svg{background:#171b22}
text{fill:#e3e7ee}
.faint{fill:#a2acba}
.less{fill:#5fc094}.more{fill:#e9955c}
.bounds,.tokio{stroke:#e3e7ee}
}
";

/// The whole picture.
pub fn svg(results: &Results, entrant: Entrant, rounds: usize) -> String {
    let farthest = results.rows.iter().map(|row| row.ratio.high);
    let farthest = farthest.fold(1.0, f64::max) * 1.05;
    let scale = farthest.clamp(SCALE_MIN, SCALE_MAX);
    let x = |ratio: f64| LEFT + (RIGHT - LEFT) * ratio.min(scale) / scale;
    let bottom = TOP + ROW * results.rows.len() as f64;
    let height = bottom + 64.0;
    let title = format!("{} against tokio's", entrant.subject());
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" \
         aria-labelledby=\"title desc\">\n<title id=\"title\">{title}</title>\n<desc id=\"desc\">{}</desc>\n\
         <style>\n{STYLE}</style>\n<text class=\"title\" x=\"16\" y=\"30\">{title}</text>\n",
        described(results, entrant),
    );
    let mut push = |element: std::fmt::Arguments<'_>| {
        // A string takes all that is written into it.
        let _ = svg.write_fmt(element);
        svg.push('\n');
    };
    let one = x(1.0);
    push(format_args!(
        "<text class=\"faint\" x=\"{one:.1}\" y=\"{:.1}\" text-anchor=\"middle\">tokio</text>",
        TOP - 12.0
    ));
    push(format_args!(
        "<path class=\"tokio\" d=\"M{one:.1} {:.1}V{bottom:.1}\"/>",
        TOP - 6.0
    ));
    for (at, row) in results.rows.iter().enumerate() {
        let middle = TOP + ROW * (at as f64 + 0.5);
        let (low, end, high) = (x(row.ratio.low), x(row.ratio.median), x(row.ratio.high));
        let side = if row.ratio.median <= 1.0 {
            "less"
        } else {
            "more"
        };
        push(format_args!(
            "<text x=\"16\" y=\"{:.1}\">{}</text>",
            middle + 5.0,
            escaped(&row.name)
        ));
        push(format_args!(
            "<rect class=\"{side}\" x=\"{LEFT}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{BAR}\" rx=\"2\"/>",
            middle - BAR / 2.0,
            end - LEFT
        ));
        if low < high {
            push(format_args!(
                "<path class=\"bounds\" d=\"M{low:.1} {middle:.1}H{high:.1}M{low:.1} {0:.1}v8M{high:.1} {0:.1}v8\"/>",
                middle - 4.0
            ));
        }
        push(format_args!(
            "<text x=\"{:.1}\" y=\"{:.1}\">{:.2}</text>",
            RIGHT + 14.0,
            middle + 5.0,
            row.ratio.median
        ));
        push(format_args!(
            "<text class=\"faint\" x=\"{:.1}\" y=\"{:.1}\">{}</text>",
            RIGHT + 58.0,
            middle + 5.0,
            operation(&row.name)
        ));
    }
    let captions = [
        "Time or bytes as a share of tokio's: shorter is better.".to_owned(),
        format!(
            "Medians of {rounds} rounds. A thin line goes from the lower quartile to the upper one."
        ),
    ];
    for (at, caption) in captions.iter().enumerate() {
        push(format_args!(
            "<text class=\"faint\" x=\"16\" y=\"{:.1}\">{caption}</text>",
            bottom + 28.0 + 20.0 * at as f64
        ));
    }
    svg.push_str("</svg>\n");
    svg
}

/// All that the picture shows, for a person who cannot see it.
fn described(results: &Results, entrant: Entrant) -> String {
    let one = |row: &Row| {
        let of = &row.ratio;
        let name = escaped(&row.name);
        match row.name == BYTES {
            true => format!("{name} {:.2}", of.median),
            false => format!(
                "{name} {:.2}, between {:.2} and {:.2}",
                of.median, of.low, of.high
            ),
        }
    };
    let rows: Vec<String> = results.rows.iter().map(one).collect();
    format!(
        "Bars: the time of one operation of {}, as a share of tokio's, and between which bounds it was in half of the \
         rounds. {}. Bytes are those that the scheduler asks for when a task is spawned.",
        match entrant {
            Entrant::Yours => "your scheduler",
            Entrant::PartlyYours => "a scheduler that is in part yours",
            Entrant::Ours => "our scheduler",
        },
        rows.join("; ")
    )
}

fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;");
    text.replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::super::result::Ratio;
    use super::super::result::tests::results;
    use super::*;

    #[test]
    fn a_picture_has_a_bar_for_each_row_and_says_what_it_shows() {
        let svg = svg(&results(), Entrant::Yours, 31);
        assert_eq!(svg.matches("<rect class=\"less\"").count(), 10);
        assert_eq!(svg.matches("<rect class=\"more\"").count(), 1);
        // The bytes are the same in each round.
        assert_eq!(svg.matches("<path class=\"bounds\"").count(), 10);
        assert!(svg.contains("<title id=\"title\">Your scheduler against tokio's</title>"));
        assert!(svg.contains("spawn 0.29, between 0.28 and 0.31; "), "{svg}");
        assert!(svg.contains("bytes 0.41. Bytes are"), "{svg}");
        assert!(svg.contains("prefers-color-scheme:dark"));
        // The scale ends at 1.2705, 5 % beyond the longest: half of tokio's time is a bar of 146 pixels.
        let half = (RIGHT - LEFT) * 0.64 / (1.21 * 1.05);
        assert!(svg.contains(&format!("width=\"{half:.1}\"")), "{svg}");
        assert!(svg.ends_with("</svg>\n"));
    }

    #[test]
    fn a_bar_ends_with_the_scale() {
        let mut results = results();
        results.rows[0].ratio = Ratio::exact(12.0);
        let svg = svg(&results, Entrant::Ours, 31);
        assert!(
            svg.contains(&format!("width=\"{:.1}\"", RIGHT - LEFT)),
            "{svg}"
        );
        assert!(svg.contains(">12.00</text>"), "{svg}");
    }
}
