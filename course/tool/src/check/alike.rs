//! Which known wrong answer a failure looks like.

use std::fs;

use crate::course::{Chapter, Course, ExerciseId};
use crate::verdict::{KnownAnswer, Verdict};
use crate::wrong::{self, WrongAnswer};

/// Says so of each verdict for which there is one.
pub fn add(course: &Course, verdicts: &mut [(ExerciseId, Verdict)]) {
    let mut loaded: Option<(u32, Vec<WrongAnswer>)> = None;
    for (id, verdict) in verdicts {
        let Some(chapter) = course.chapter(id.chapter) else {
            continue;
        };
        if verdict.failure().is_none() {
            continue;
        }
        if loaded.as_ref().is_none_or(|(of, _)| *of != id.chapter) {
            // A verdict is worth telling without them.
            let known = wrong::load(course, &chapter.guided()).unwrap_or_default();
            loaded = Some((id.chapter, known));
        }
        let known = loaded.iter().flat_map(|(_, known)| known);
        let alike = wrong::alike(known, chapter, verdict).map(|answer| {
            let (page, question) = shown(course, chapter, &answer.name).unzip();
            KnownAnswer {
                name: answer.name.clone(),
                page,
                question: question.flatten(),
            }
        });
        if let Some(failure) = verdict.failure_mut() {
            failure.looks_like = alike;
        }
    }
}

/// The page of the chapter that shows a wrong answer, and the question above it there. None if no page does.
fn shown(course: &Course, chapter: &Chapter, name: &str) -> Option<(String, Option<String>)> {
    let folder = chapter.page.split_once('/')?.0;
    let pages = fs::read_dir(course.root.join("book").join("src").join(folder)).ok()?;
    let mut pages: Vec<_> = pages.flatten().map(|page| page.path()).collect();
    pages.sort();
    pages.iter().find_map(|page| {
        let text = fs::read_to_string(page).ok()?;
        let question = question(&text, name)?;
        let file = page.file_name()?.to_str()?;
        Some((format!("{folder}/{file}"), question))
    })
}

/// The question of a wrong answer on a page that shows it. The outer none: the page does not.
fn question(page: &str, name: &str) -> Option<Option<String>> {
    page.split("{{#wrong ").skip(1).find_map(|rest| {
        let rest = rest.split_once("}}")?.0.strip_prefix(name)?;
        match rest.trim() {
            "" => Some(None),
            _ if !rest.starts_with(' ') => None,
            quoted => Some(Some(quoted.trim_matches('"').to_owned())),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_says_the_question_of_a_wrong_answer() {
        let page = "{{#wrong waits-twice \"And again?\"}}\n\n{{#wrong waits \"How long?\"}}\n{{#wrong plain}}\n";
        let asks = |name| question(page, name);
        assert_eq!(asks("waits"), Some(Some("How long?".to_owned())));
        assert_eq!(asks("plain"), Some(None));
        assert_eq!(asks("wait"), None);
        assert_eq!(asks("gone"), None);
    }
}
