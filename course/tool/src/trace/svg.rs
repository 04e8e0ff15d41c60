//! A picture of the beginning of a recording: a lane for each thread.
//!
//! A poll takes a microsecond, and a sleep a second. On one scale a reader would see one or the other. So the picture is not to scale: time runs to
//! the right, and a part that is ten times as long is a little wider. The times are written above it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use ::trace::event::{Driver, Event, Subject};
use ::trace::timeline::{Arrow, Moment, Row, Span, Timeline, What};

use super::names::{self, Names, duration, escaped, mark};

/// How many spans are drawn at most.
const SPANS_MAX: usize = 64;
/// How many threads, of those that have something to show.
const ROWS_MAX: usize = 12;
/// How many tasks are told of below the picture.
const TASKS_MAX: usize = 16;

const LEFT: f64 = 148.0;
const RIGHT: f64 = 16.0;
const TOP: f64 = 62.0;
const LANE: f64 = 30.0;
const GAP: f64 = 34.0;
/// The colours of tasks. More tasks have them again.
const COLOURS: usize = 8;

const STYLE: &str = "\
svg{background:#fff}
text{font:12px system-ui,-apple-system,'Segoe UI',sans-serif;fill:#1d2430}
.title{font-size:16px;font-weight:600}
.faint,.faint tspan{fill:#5b6472}
.lane{stroke:#c9d0da}
.root{fill:#fff;stroke:#1d2430}
.park{fill:#e6e9ee;stroke:none}.turn{fill:#fff;stroke:#8a5a00;stroke-width:1.5}.block,.job{fill:none;stroke:#1d2430;stroke-dasharray:3 2}
.c0{fill:#a9d3f5}.c1{fill:#f7c59a}.c2{fill:#b5e0b0}.c3{fill:#e3bdf0}.c4{fill:#f5b5b8}.c5{fill:#b9e3e0}.c6{fill:#efdf8e}.c7{fill:#ccc6f2}
.end{opacity:.45}.cut{stroke:#b3261e;stroke-width:2;stroke-dasharray:2 2}
.wake{fill:none;stroke:#1d2430;stroke-width:1.2}.spawn{fill:none;stroke:#5b6472;stroke-width:1.2;stroke-dasharray:4 3}
.head{fill:#1d2430}.mark{fill:#8a5a00}
@media (prefers-color-scheme:dark){
svg{background:#171b22}
text{fill:#e3e7ee}
.faint,.faint tspan{fill:#a2acba}
.lane{stroke:#39414d}
.root{fill:#171b22;stroke:#e3e7ee}
.park{fill:#2a303a}.turn{fill:#171b22;stroke:#e0b050}.block,.job{stroke:#e3e7ee}
.c0{fill:#1f5b8a}.c1{fill:#8a4a17}.c2{fill:#2d6a2c}.c3{fill:#6b3b7e}.c4{fill:#853b40}.c5{fill:#1f6662}.c6{fill:#6e5c0f}.c7{fill:#4a4291}
.cut{stroke:#ff8a80}
.wake{stroke:#e3e7ee}.spawn{stroke:#a2acba}
.head{fill:#e3e7ee}.mark{fill:#e0b050}
}
";

/// The whole picture.
pub fn picture(timeline: &Timeline, names: &Names, title: &str) -> String {
    let shown = Shown::of(timeline);
    let scale = Scale::of(&shown, names);
    let mut drawing = Drawing {
        timeline,
        names,
        shown: &shown,
        scale: &scale,
        svg: String::new(),
    };
    drawing.head(title);
    drawing.axis();
    drawing.rows();
    drawing.arrows();
    drawing.legend();
    drawing.svg.push_str("</svg>\n");
    drawing.svg
}

/// The part of the timeline that is drawn: its beginning.
struct Shown<'a> {
    /// The rows, by their places in the timeline.
    rows: Vec<(usize, &'a Row)>,
    /// The spans of each row.
    spans: Vec<Vec<&'a Span>>,
    moments: Vec<Vec<&'a Moment>>,
    arrows: Vec<&'a Arrow>,
    /// What is later is left out.
    end: u64,
    spans_left: usize,
    rows_left: usize,
}

impl Shown<'_> {
    fn of(timeline: &Timeline) -> Shown<'_> {
        let mut begins: Vec<u64> = (timeline.rows.iter())
            .flat_map(|row| row.spans.iter().map(|span| span.begin))
            .collect();
        begins.sort_unstable();
        // The first moment of which nothing is drawn.
        let limit = begins.get(SPANS_MAX).copied();
        let is_early = |at: u64| limit.is_none_or(|limit| at < limit);
        let does_show = |row: &&(usize, &Row)| {
            row.1.spans.iter().any(|span| is_early(span.begin))
                || row.1.moments.iter().any(|moment| is_early(moment.at))
        };
        let all: Vec<(usize, &Row)> = timeline.rows.iter().enumerate().collect();
        let showing: Vec<_> = all.iter().filter(does_show).copied().collect();
        let rows_left = all.len() - showing.len().min(ROWS_MAX);
        let rows: Vec<_> = showing.into_iter().take(ROWS_MAX).collect();
        let spans: Vec<Vec<&Span>> = (rows.iter())
            .map(|(_, row)| row.spans.iter().filter(|it| is_early(it.begin)).collect())
            .collect();
        let moments = (rows.iter())
            .map(|(_, row)| row.moments.iter().filter(|it| is_early(it.at)).collect())
            .collect();
        let is_drawn = |row: usize| rows.iter().any(|(drawn, _)| *drawn == row);
        let arrows = timeline.arrows.iter().filter(|arrow| {
            is_early(arrow.to_at) && is_drawn(arrow.from_row) && is_drawn(arrow.to_row)
        });
        let drawn: usize = spans.iter().map(Vec::len).sum();
        Shown {
            arrows: arrows.collect(),
            moments,
            end: limit.unwrap_or(timeline.end),
            spans_left: begins.len() - drawn,
            rows_left,
            rows,
            spans,
        }
    }
}

/// Where each moment is.
struct Scale {
    places: BTreeMap<u64, f64>,
    width: f64,
}

impl Scale {
    /// A place for each moment at which something begins, ends or happens.
    fn of(shown: &Shown<'_>, names: &Names) -> Scale {
        let mut times = BTreeSet::new();
        for span in shown.spans.iter().flatten() {
            times.extend([span.begin, span.end.min(shown.end)]);
        }
        times.extend(
            shown
                .moments
                .iter()
                .flatten()
                .filter(|it| is_marked(it))
                .map(|it| it.at),
        );
        times.extend(shown.arrows.iter().flat_map(|it| [it.from_at, it.to_at]));
        let times: Vec<u64> = times.into_iter().collect();
        let mut widths: Vec<f64> = times.windows(2).map(|it| width(it[1] - it[0])).collect();
        // Where a name does not fit into its span, the span is made wider.
        for span in shown.spans.iter().flatten() {
            let place = |time: u64| times.partition_point(|&it| it < time);
            let (begin, end) = (place(span.begin), place(span.end.min(shown.end)));
            let parts = widths.get_mut(begin..end).unwrap_or_default();
            let present: f64 = parts.iter().sum();
            let needed = match span.what {
                What::Park(_) | What::Block | What::Job => 0.0,
                _ => needed(&text(span, names)),
            };
            if present < needed {
                parts.iter_mut().for_each(|part| *part *= needed / present);
            }
        }
        let mut x = LEFT;
        let mut places = BTreeMap::new();
        for (at, time) in times.into_iter().enumerate() {
            if 0 < at {
                x += widths[at - 1];
            }
            places.insert(time, x);
        }
        Scale {
            places,
            width: (x + RIGHT).max(640.0),
        }
    }

    fn x(&self, at: u64) -> f64 {
        let before = self.places.range(..=at).next_back();
        before.map_or(LEFT, |(_, x)| *x)
    }
}

/// How wide a part of the time is.
fn width(nanos: u64) -> f64 {
    10.0 + 9.0 * (1.0 + nanos as f64 / 500.0).log10()
}

/// What is written in a span.
fn text(span: &Span, names: &Names) -> String {
    match span.what {
        What::Poll(subject, how) => format!("{}{}", names.short(subject), mark(how)),
        What::Park(_) => "asleep".to_owned(),
        What::Turn(Driver::Io, count) => format!("io {count}"),
        What::Turn(Driver::Time, _) => "time".to_owned(),
        What::End(_) | What::Block | What::Job => String::new(),
    }
}

/// How much room a text takes.
fn needed(text: &str) -> f64 {
    match text.chars().count() {
        0 => 0.0,
        letters => 5.0 + 7.5 * letters as f64,
    }
}

/// Whether a moment has a mark of its own. Wakes and spawns are arrows.
fn is_marked(moment: &Moment) -> bool {
    matches!(
        moment.event,
        Event::Steal { .. } | Event::Fired { .. } | Event::Abort(_)
    )
}

struct Drawing<'a> {
    timeline: &'a Timeline,
    names: &'a Names,
    shown: &'a Shown<'a>,
    scale: &'a Scale,
    svg: String,
}

impl Drawing<'_> {
    fn push(&mut self, element: std::fmt::Arguments<'_>) {
        // A string takes all that is written into it.
        let _ = self.svg.write_fmt(element);
        self.svg.push('\n');
    }

    /// The middle of a row.
    fn y(row: usize) -> f64 {
        TOP + 26.0 + (LANE + GAP) * row as f64 + LANE / 2.0
    }

    fn bottom(&self) -> f64 {
        Self::y(self.shown.rows.len().saturating_sub(1)) + LANE / 2.0 + 30.0
    }

    fn height(&self) -> f64 {
        let tasks = self.drawn_tasks().len().min(TASKS_MAX) as f64;
        self.bottom() + 20.0 * tasks + 20.0 * self.captions().len() as f64 + 18.0
    }

    fn head(&mut self, title: &str) {
        let (width, height) = (self.scale.width, self.height());
        let title = escaped(title);
        let about = escaped(&self.described());
        self.push(format_args!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" viewBox=\"0 0 {width:.0} \
             {height:.0}\" role=\"img\" aria-labelledby=\"title desc\">\n<title id=\"title\">{title}</title>\n<desc \
             id=\"desc\">{about}</desc>\n<style>\n{STYLE}</style>\n<defs><marker id=\"head\" viewBox=\"0 0 8 8\" refX=\"7\" \
             refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" orient=\"auto\"><path class=\"head\" d=\"M0 0.5L8 4L0 7.5z\"/>\
             </marker></defs>\n<text class=\"title\" x=\"16\" y=\"28\">{title}</text>"
        ));
    }

    /// Times, where there is room for them.
    fn axis(&mut self) {
        let mut free = 0.0;
        let origin = self.scale.places.keys().next().copied().unwrap_or(0);
        let ticks: Vec<(u64, f64)> = self.scale.places.iter().map(|(&t, &x)| (t, x)).collect();
        for (time, x) in ticks {
            if x < free || self.scale.width < x + 60.0 {
                continue;
            }
            free = x + 82.0;
            let said = names::moment(time - origin);
            let y = TOP;
            self.push(format_args!(
                "<text class=\"faint\" x=\"{x:.1}\" y=\"{:.1}\">{said}</text><path class=\"lane\" d=\"M{x:.1} {:.1}v7\"/>",
                y - 6.0,
                y - 2.0
            ));
        }
    }

    fn rows(&mut self) {
        for (index, (_, row)) in self.shown.rows.iter().enumerate() {
            let y = Self::y(index);
            let name = match row.name.as_str() {
                "" => format!("thread {}", row.number),
                name => name.to_owned(),
            };
            let whole = escaped(&name);
            let name = escaped(&shortened(&name));
            self.push(format_args!(
                "<text x=\"16\" y=\"{:.1}\"><title>{whole}</title>{name}</text><path class=\"lane\" d=\"M{LEFT} {y:.1}H{:.1}\"/>",
                y + 4.0,
                self.scale.width - RIGHT
            ));
            for span in &self.shown.spans[index] {
                self.span(span, y);
            }
            for moment in &self.shown.moments[index] {
                self.moment(moment, y);
            }
        }
    }

    fn span(&mut self, span: &Span, y: f64) {
        let (begin, end) = (
            self.scale.x(span.begin),
            self.scale.x(span.end.min(self.shown.end)),
        );
        // What is in another span is lower than it.
        let half = (LANE / 2.0 - 4.0 * span.depth as f64).max(4.0);
        let class = match span.what {
            What::Poll(subject, _) => self.class(subject),
            What::End(subject) => format!("{} end", self.class(subject)),
            What::Park(_) => "park".to_owned(),
            What::Turn(..) => "turn".to_owned(),
            What::Block => "block".to_owned(),
            What::Job => "job".to_owned(),
        };
        let is_later = self.shown.end < span.end;
        let cut = match span.is_cut || is_later {
            true => " cut",
            false => "",
        };
        let half = match span.what {
            What::Park(_) => half * 0.6,
            What::End(_) | What::Turn(..) => half * 0.8,
            _ => half,
        };
        let about = escaped(&format!(
            "{}, {}",
            self.names.span(span),
            duration(span.end - span.begin)
        ));
        let wide = (end - begin).max(1.5);
        self.push(format_args!(
            "<rect class=\"{class}{cut}\" x=\"{begin:.1}\" y=\"{:.1}\" width=\"{wide:.1}\" height=\"{:.1}\" rx=\"3\"><title>{about}\
             </title></rect>",
            y - half,
            2.0 * half
        ));
        let text = text(span, self.names);
        if !text.is_empty() && needed(&text) <= wide + 0.1 {
            let text = escaped(&text);
            self.push(format_args!(
                "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\" pointer-events=\"none\">{text}</text>",
                begin + wide / 2.0,
                y + 4.0
            ));
        }
    }

    fn class(&self, subject: Subject) -> String {
        match (subject, self.names.index(subject)) {
            (Subject::Task(_), Some(index)) => format!("c{}", index % COLOURS),
            _ => "root".to_owned(),
        }
    }

    fn moment(&mut self, moment: &Moment, y: f64) {
        if !is_marked(moment) {
            return;
        }
        let x = self.scale.x(moment.at);
        let text = match moment.event {
            Event::Steal { count, .. } => format!("steals {count}"),
            Event::Fired { .. } => "timer".to_owned(),
            _ => "abort".to_owned(),
        };
        let about = escaped(&self.names.moment(moment).unwrap_or_default());
        let below = y + LANE / 2.0;
        self.push(format_args!(
            "<path class=\"mark\" d=\"M{x:.1} {:.1}l-4 7h8z\"><title>{about}</title></path><text class=\"faint\" x=\"{:.1}\" \
             y=\"{:.1}\">{text}</text>",
            below + 1.0,
            x + 6.0,
            below + 11.0
        ));
    }

    fn arrows(&mut self) {
        for arrow in &self.shown.arrows {
            let place = |row: usize| {
                let drawn = self.shown.rows.iter().position(|(it, _)| *it == row);
                Self::y(drawn.expect("only rows that are drawn have arrows"))
            };
            let (from, to) = (place(arrow.from_row), place(arrow.to_row));
            let (x, end) = (self.scale.x(arrow.from_at), self.scale.x(arrow.to_at) + 2.0);
            let half = LANE / 2.0;
            let path = if from == to {
                // Above the lane, the higher the farther.
                let rise = half + 5.0 + ((end - x) / 9.0).min(GAP - 12.0);
                format!(
                    "M{x:.1} {:.1}C{x:.1} {:.1} {end:.1} {:.1} {end:.1} {:.1}",
                    from - half * 0.6,
                    from - rise - 8.0,
                    to - rise - 8.0,
                    to - half
                )
            } else {
                let side = if from < to { half } else { -half };
                let bend = (to - from) / 2.0;
                format!(
                    "M{x:.1} {:.1}C{x:.1} {:.1} {end:.1} {:.1} {end:.1} {:.1}",
                    from + side * 0.6,
                    from + bend,
                    to - bend,
                    to - side
                )
            };
            let class = if arrow.is_spawn { "spawn" } else { "wake" };
            let about = escaped(&self.names.arrow(arrow));
            self.push(format_args!(
                "<path class=\"{class}\" d=\"{path}\" marker-end=\"url(#head)\"><title>{about}</title></path>"
            ));
        }
    }

    /// The tasks that are in the picture, by their places among the names.
    fn drawn_tasks(&self) -> Vec<usize> {
        let spans = self.shown.spans.iter().flatten();
        let drawn: BTreeSet<usize> = spans
            .filter_map(|span| match span.what {
                What::Poll(subject @ Subject::Task(_), _) | What::End(subject) => {
                    self.names.index(subject)
                }
                _ => None,
            })
            .collect();
        drawn.into_iter().collect()
    }

    fn legend(&mut self) {
        let mut y = self.bottom();
        let tasks = self.drawn_tasks();
        for &index in tasks.iter().take(TASKS_MAX) {
            let named = &self.names.all[index];
            let place = match &named.place {
                Some(place) => format!(", spawned at {place}"),
                None => String::new(),
            };
            let text = format!(
                "{}{place}, {}",
                named.long,
                super::counted(named.polls as u64, "poll")
            );
            let (short, text) = (escaped(&named.short), escaped(&text));
            self.push(format_args!(
                "<rect class=\"c{}\" x=\"16\" y=\"{:.1}\" width=\"26\" height=\"16\" rx=\"3\"/><text x=\"29\" y=\"{y:.1}\" \
                 text-anchor=\"middle\">{short}</text><text x=\"50\" y=\"{y:.1}\">{text}</text>",
                index % COLOURS,
                y - 12.5
            ));
            y += 20.0;
        }
        for caption in self.captions() {
            y += 4.0;
            let caption = escaped(&caption);
            self.push(format_args!(
                "<text class=\"faint\" x=\"16\" y=\"{y:.1}\">{caption}</text>"
            ));
            y += 16.0;
        }
    }

    /// How to read it, and what is left out.
    fn captions(&self) -> Vec<String> {
        let mut captions = vec![
            "Not to scale. ✓ is ready, ↻ gave way, ✗ panicked; a faint block is the end of a task."
                .to_owned(),
            "An arrow goes from a wake to the poll that it led to; a dashed one from a spawn."
                .to_owned(),
        ];
        let more = self.drawn_tasks().len().saturating_sub(TASKS_MAX);
        if 0 < more {
            captions.push(format!(
                "Not told: {}.",
                super::counted(more as u64, "more task")
            ));
        }
        let mut left = Vec::new();
        if 0 < self.shown.spans_left {
            left.push(super::counted(self.shown.spans_left as u64, "block"));
        }
        if 0 < self.shown.rows_left {
            left.push(super::counted(self.shown.rows_left as u64, "thread"));
        }
        if !left.is_empty() {
            captions.push(format!(
                "Left out: {}; the HTML file has all of {}.",
                left.join(" and "),
                duration(self.timeline.end)
            ));
        }
        let dropped: u64 = self.timeline.rows.iter().map(|row| row.dropped).sum();
        if 0 < dropped {
            captions.push(format!(
                "Not recorded, since there was no room: {}.",
                super::counted(dropped, "event")
            ));
        }
        captions
    }

    /// What the picture shows, for a person who cannot see it.
    fn described(&self) -> String {
        let arrows: Vec<String> = (self.shown.arrows.iter())
            .map(|arrow| self.names.arrow(arrow))
            .collect();
        format!(
            "A lane for each of {}, with a block for each poll, sleep and turn of a driver. In the order of the polls: {}.",
            super::counted(self.shown.rows.len() as u64, "thread"),
            arrows.join("; ")
        )
    }
}

/// A name for which there is room left of the lane.
fn shortened(name: &str) -> String {
    const LETTERS: usize = 18;
    match LETTERS < name.chars().count() {
        true => name.chars().take(LETTERS - 1).chain(['…']).collect(),
        false => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{names, timeline};
    use super::*;

    #[test]
    fn each_span_is_a_block_and_each_cause_an_arrow() {
        let timeline = timeline(3);
        let svg = picture(&timeline, &names(&timeline), "a <program>");
        assert_eq!(
            svg.matches("<rect class=\"c").count(),
            3 + 3,
            "polls, and the legend"
        );
        assert_eq!(svg.matches("<rect class=\"park").count(), 1);
        assert_eq!(svg.matches("<path class=\"spawn\"").count(), 3);
        assert_eq!(svg.matches("<path class=\"wake\"").count(), 1);
        assert!(svg.contains("a &lt;program&gt;"));
        assert!(svg.contains("prefers-color-scheme:dark"));
        assert!(
            svg.contains("In the order of the polls: the thread spawns A (task 1); "),
            "{svg}"
        );
        assert!(!svg.contains("Left out"), "{svg}");
        assert!(
            svg.contains(">A✓</text>"),
            "there is room for each name: {svg}"
        );
    }

    #[test]
    fn what_is_too_much_is_left_out_and_told() {
        let timeline = timeline(500);
        let svg = picture(&timeline, &names(&timeline), "a program");
        let blocks = svg.matches("<rect class=").count();
        assert!(blocks <= SPANS_MAX + TASKS_MAX, "{blocks}");
        assert!(
            svg.contains("Left out: 438 blocks and 1 thread; the HTML file has all of "),
            "{svg}"
        );
        assert!(svg.contains("more tasks."), "{svg}");
    }
}
