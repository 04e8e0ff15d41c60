//! Where the reader is: a bar per chapter and what is next, or every exercise in a list.

mod ways;

use std::collections::BTreeMap;

use crate::course::{Chapter, Course, Exercise, ExerciseId, enumeration};
use crate::report;
use crate::screen::{Line, Span, bold, colour, coloured, dim, plain};
use crate::verdict::Verdict;

/// What is known of each exercise. One that is missing has not been looked at.
pub type Verdicts = BTreeMap<ExerciseId, Verdict>;

/// Columns of a list that are not the title's: sign, number, verdict, minutes and the gaps.
const LIST_COLUMNS: usize = 2 + 5 + 2 + VERDICT_COLUMNS + 8;
/// The longest word of a verdict.
const VERDICT_COLUMNS: usize = 22;
/// A title is never cut shorter than this.
const TITLE_COLUMNS_MIN: usize = 16;

/// The first exercise that is not solved, or that a chapter may fail because of.
pub fn next<'a>(course: &'a Course, verdicts: &Verdicts) -> Option<(&'a Chapter, &'a Exercise)> {
    course.exercises().find(|(chapter, exercise)| {
        !is_solved(verdicts, exercise.id) || suspect(chapter, verdicts) == Some(exercise.id)
    })
}

/// What is known of a chapter as a whole.
pub fn of_chapter<'a>(chapter: &Chapter, verdicts: &'a Verdicts) -> Option<&'a Verdict> {
    verdicts.get(&ExerciseId::whole(chapter.number))
}

/// Of a chapter that fails as a whole: the exercise to look at first. It is the first that the failure may
/// be about, or the last of the chapter, which completed it.
pub fn suspect(chapter: &Chapter, verdicts: &Verdicts) -> Option<ExerciseId> {
    let failure = of_chapter(chapter, verdicts)?.failure()?;
    let others = failure.may_be.as_deref();
    let others = others.map(|others| chapter.in_its_way(others));
    let words = others.iter().flat_map(|it| it.split([' ', ',']));
    let named = words.filter_map(|word| word.parse().ok());
    let mut known = named.filter(|id| chapter.exercises.iter().any(|e| e.id == *id));
    let last = chapter.exercises.last().map(|exercise| exercise.id);
    known.next().or(last)
}

/// Whether the exercise is known to be solved.
pub fn is_solved(verdicts: &Verdicts, id: ExerciseId) -> bool {
    verdicts.get(&id).is_some_and(Verdict::is_solved)
}

/// Whether no exercise of the chapter was begun, as far as is known.
pub fn is_untouched(chapter: &Chapter, verdicts: &Verdicts) -> bool {
    let mut ids = chapter.exercises.iter().map(|exercise| exercise.id);
    ids.all(|id| matches!(verdicts.get(&id), Some(Verdict::NotStarted)))
}

/// Whether no exercise of the course was begun, as far as is known.
pub fn is_new(course: &Course, verdicts: &Verdicts) -> bool {
    let mut chapters = course.chapters.iter();
    chapters.all(|chapter| is_untouched(chapter, verdicts))
}

/// How much of the course is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// How many exercises are solved.
    pub solved: usize,
    /// How many there are.
    pub of: usize,
    /// Minutes of what is not solved: of each chapter the share that its open exercises have in it,
    /// reading included.
    pub minutes_left: u32,
}

impl Progress {
    /// Counts, as far as is known.
    pub fn of(course: &Course, verdicts: &Verdicts) -> Progress {
        let mut progress = Progress {
            solved: 0,
            of: 0,
            minutes_left: 0,
        };
        for chapter in &course.chapters {
            let open = chapter.exercises.iter();
            let open = open.filter(|exercise| !is_solved(verdicts, exercise.id));
            let left: u32 = open.map(|exercise| exercise.minutes).sum();
            let all: u32 = chapter.exercises.iter().map(|e| e.minutes).sum();
            progress.solved += solved(chapter, verdicts);
            progress.of += chapter.exercises.len();
            progress.minutes_left += (chapter.minutes * left).checked_div(all).unwrap_or(0);
        }
        progress
    }

    /// The time that is left, as rough as it is known: `about 38 h`, without the `about`.
    pub fn hours_left(&self) -> String {
        match self.minutes_left {
            minutes @ 0..90 => format!("{minutes} min"),
            minutes => format!("{} h", (minutes + 30) / 60),
        }
    }

    /// `3 of 61 in all, 37 h left`
    pub fn words(&self) -> String {
        let Progress { solved, of, .. } = self;
        match self.minutes_left {
            0 => format!("{solved} of {of} in all"),
            _ => format!("{solved} of {of} in all, {} left", self.hours_left()),
        }
    }
}

/// Whether every exercise of the chapter is solved, and they do not fail together.
pub fn is_done(chapter: &Chapter, verdicts: &Verdicts) -> bool {
    solved(chapter, verdicts) == chapter.exercises.len() && suspect(chapter, verdicts).is_none()
}

/// What to read now beside the exercise's own page, and what it is: before a chapter is begun its first
/// page, once it is done its last.
pub fn reading(
    course: &Course,
    chapter: &Chapter,
    verdicts: &Verdicts,
) -> Option<(String, String)> {
    let number = chapter.number;
    if is_untouched(chapter, verdicts) {
        let page = course.opening_page(chapter);
        let what = match page == chapter.page {
            true => format!("the first page of chapter {number}"),
            false => format!("the introduction, which leads on to chapter {number}"),
        };
        return Some((page, what));
    }
    let page = course
        .closing_page(chapter)
        .filter(|_| is_done(chapter, verdicts))?;
    Some((page, format!("the last page of chapter {number}")))
}

/// How many of a chapter's exercises are solved.
pub fn solved(chapter: &Chapter, verdicts: &Verdicts) -> usize {
    let ids = chapter.exercises.iter().map(|exercise| exercise.id);
    ids.filter(|id| is_solved(verdicts, *id)).count()
}

/// Whether bars are drawn beside the numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bars {
    /// For eyes.
    Drawn,
    /// For programs, and for those who have the screen read to them.
    LeftOut,
}

/// A bar per chapter, then what is next.
pub fn lines(course: &Course, verdicts: &Verdicts, width: usize, bars: Bars) -> Vec<Line> {
    let mut lines = Vec::new();
    let titles = course.chapters.iter().map(|chapter| chapter.title.len());
    let title_columns = titles
        .max()
        .unwrap_or(0)
        .min(width.saturating_sub(34).max(20));
    for chapter in &course.chapters {
        let title = fit(&chapter.title, title_columns);
        let mut line = Line::of([
            bold(format!("{:>2}", chapter.number)),
            plain(format!("  {title}  ")),
        ]);
        let of = chapter.exercises.len();
        let room = match bars {
            Bars::Drawn => width.saturating_sub(line.width()),
            Bars::LeftOut => 0,
        };
        line.spans
            .extend(report::bar(solved(chapter, verdicts), of, room).spans);
        lines.push(line);
        lines.extend(whole_row(chapter, verdicts));
    }
    if 1 < course.chapters.len() {
        lines.push(Line::from(dim(format!(
            "    {}",
            Progress::of(course, verdicts).words()
        ))));
    }
    lines.push(Line::empty());
    let waiting = waiting(course, verdicts);
    if !waiting.is_empty() {
        lines.extend(waiting);
        lines.push(Line::empty());
    }
    lines.extend(match next(course, verdicts) {
        Some((chapter, exercise)) => next_lines(course, chapter, exercise, verdicts, width),
        None => vec![Line::from(coloured(
            "Every exercise is solved.",
            colour::GREEN,
        ))],
    });
    lines
}

/// Exercises that may be right and still do not count as solved, and why.
fn waiting(course: &Course, verdicts: &Verdicts) -> Vec<Line> {
    let mut groups: Vec<(String, Vec<ExerciseId>)> = Vec::new();
    for (_, exercise) in course.exercises() {
        let why = match verdicts.get(&exercise.id) {
            Some(Verdict::Needs { id }) => format!("until {id} is solved"),
            Some(Verdict::NotChecked { why }) => format!("because {}", why.trim_end_matches('.')),
            _ => continue,
        };
        match groups.iter_mut().find(|(known, _)| *known == why) {
            Some((_, ids)) => ids.push(exercise.id),
            None => groups.push((why, vec![exercise.id])),
        }
    }
    let line = |(why, ids): &(String, Vec<ExerciseId>)| {
        Line::from(format!("{} cannot be judged {why}.", enumeration(ids)))
    };
    groups.iter().map(line).collect()
}

/// Of an exercise that fails: the first before it in its chapter that fails too. What it does wrong may
/// be all that is wrong. Open exercises do not stand on one another: each is a type of its own.
pub fn stands_on(chapter: &Chapter, id: ExerciseId, verdicts: &Verdicts) -> Option<Line> {
    verdicts.get(&id)?.failure()?;
    let this = chapter
        .exercises
        .iter()
        .find(|exercise| exercise.id == id)?;
    let earlier = chapter
        .exercises
        .iter()
        .filter(|exercise| exercise.id < id && (this.open.is_none() || exercise.open.is_none()));
    let (first, verdict) = earlier
        .filter_map(|exercise| Some((exercise.id, verdicts.get(&exercise.id)?)))
        .find(|(_, verdict)| verdict.failure().is_some())?;
    let fails = match verdict {
        Verdict::Wrong(_) => "is wrong",
        verdict => verdict.word(),
    };
    Some(Line::from(coloured(
        format!("{first} {fails} and this may stand on it: mend that first."),
        colour::YELLOW,
    )))
}

/// Exercises that are solved, and whose loom models could run and did not: a line per chapter.
pub fn unmodelled(course: &Course, verdicts: &Verdicts) -> Vec<Line> {
    let mut lines = Vec::new();
    for chapter in &course.chapters {
        let ids = chapter.exercises.iter().map(|exercise| exercise.id);
        let ids: Vec<ExerciseId> = ids
            .filter(|id| {
                let verdict = verdicts.get(id);
                matches!(verdict, Some(Verdict::Unmodelled { needs }) if needs.is_empty())
            })
            .collect();
        if ids.is_empty() {
            continue;
        }
        lines.push(Line::of([
            plain(format!(
                "The loom models of {} were not run: ",
                enumeration(&ids)
            )),
            coloured(
                format!("cargo course check {}", chapter.number),
                colour::CYAN,
            ),
            plain(" tries every order."),
        ]));
    }
    lines
}

/// Every exercise, one line each, beneath its chapter.
pub fn list(course: &Course, verdicts: &Verdicts, width: usize) -> Vec<Line> {
    let mut lines = Vec::new();
    for chapter in &course.chapters {
        if !lines.is_empty() {
            lines.push(Line::empty());
        }
        let heading = format!("{}  {}", chapter.number, chapter.title);
        lines.push(Line::from(bold(heading)));
        lines.extend(whole_row(chapter, verdicts));
        for exercise in &chapter.exercises {
            lines.push(row(course, exercise, verdicts, width));
        }
        lines.extend(ways::lines(chapter));
    }
    lines
}

/// That a chapter fails as a whole, beneath its name, and which exercises that may be.
pub fn whole_row(chapter: &Chapter, verdicts: &Verdicts) -> Option<Line> {
    let verdict = of_chapter(chapter, verdicts)?;
    let failure = verdict.failure()?;
    let others = failure.may_be.as_deref();
    let may_be = others.map(|others| report::may_be(chapter, others));
    let may_be = may_be.map_or(String::new(), |may_be| format!(". {may_be}"));
    Some(Line::of([
        report::sign(verdict),
        plain(" as a whole: "),
        report::word(verdict),
        plain(may_be),
    ]))
}

/// One exercise of a list: sign, number, title, verdict, minutes.
pub fn row(course: &Course, exercise: &Exercise, verdicts: &Verdicts, width: usize) -> Line {
    let longest = course.exercises().map(|(_, known)| known.title.len()).max();
    let columns = width.saturating_sub(LIST_COLUMNS).clamp(
        TITLE_COLUMNS_MIN,
        longest.unwrap_or(0).max(TITLE_COLUMNS_MIN),
    );
    let (sign, word) = match verdicts.get(&exercise.id) {
        Some(verdict) => (report::sign(verdict), report::word(verdict)),
        None => (plain(" "), dim("")),
    };
    Line::of([
        sign,
        plain(format!(
            " {:<5}{}  ",
            exercise.id.to_string(),
            fit(&exercise.title, columns)
        )),
        Span {
            // A space at least, also after the longest.
            text: format!("{:<VERDICT_COLUMNS$}", format!("{} ", word.text)),
            style: word.style,
        },
        dim(format!("{:>3} min", exercise.minutes)),
    ])
}

fn next_lines(
    course: &Course,
    chapter: &Chapter,
    exercise: &Exercise,
    verdicts: &Verdicts,
    width: usize,
) -> Vec<Line> {
    let mut heading = vec![
        plain("Next: "),
        bold(exercise.label()),
        plain(format!(", {} ({} min)", exercise.title, exercise.minutes)),
    ];
    if suspect(chapter, verdicts) == Some(exercise.id) {
        let whole = report::whole(chapter);
        heading.push(plain(format!(": {whole} fails, and this may be why")));
    } else if let Some(verdict) = verdicts.get(&exercise.id) {
        heading.extend([plain(", "), report::word(verdict)]);
    }
    let way = ways::of_exercise(chapter, exercise.id);
    let location = report::location(course, chapter, exercise);
    let page = match is_untouched(chapter, verdicts) {
        true => course.opening_page(chapter),
        false => exercise.page.clone(),
    };
    let mut lines = vec![
        Line::of(heading),
        report::page_line(course, "  read   ", &page, width),
        Line::of([dim("  edit   "), coloured(location, colour::CYAN)]),
        Line::of([
            dim("  check  "),
            plain(format!("cargo course check {}", exercise.id)),
        ]),
        Line::of([
            dim("  stuck  "),
            plain(format!("cargo course hint {}", exercise.id)),
        ]),
    ];
    lines.extend(way.map(|way| way.indented(2)));
    lines
}

/// The text in exactly this many columns, cut with an ellipsis if it is longer.
fn fit(text: &str, columns: usize) -> String {
    let whole = Line::from(text);
    if whole.width() <= columns {
        return format!("{text}{}", " ".repeat(columns - whole.width()));
    }
    let mut cut = String::new();
    for char in text.chars() {
        let mut longer = cut.clone();
        longer.push(char);
        if columns < Line::from(longer.as_str()).width() + 1 {
            break;
        }
        cut = longer;
    }
    let padding = columns.saturating_sub(Line::from(cut.as_str()).width() + 1);
    format!("{cut}…{}", " ".repeat(padding))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_fits_its_columns_exactly() {
        assert_eq!(fit("abc", 5), "abc  ");
        assert_eq!(fit("abcdef", 4), "abc…");
        assert_eq!(fit("日本語", 4), "日… ");
    }
}
