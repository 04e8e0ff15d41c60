//! The recording as a page in which one can move and zoom.
//!
//! It is one file, and asks for nothing else: the events are in it, as numbers, and so is the program that draws them.

use ::trace::Timeline;
use ::trace::event::{Event, Subject};
use ::trace::timeline::What;
use serde_json::json;

use super::names::{Names, escaped, mark};

/// The page, with places for what is in it.
const PAGE: &str = include_str!("view.html");

/// The text of the file.
pub fn page(timeline: &Timeline, names: &Names, title: &str) -> String {
    let rows: Vec<_> = (timeline.rows.iter())
        .map(|row| {
            let spans = row.spans.iter().map(|span| {
                // What it is, what it belongs to, and what it says.
                let (kind, index, text) = match span.what {
                    What::Poll(subject, how) => {
                        let text = format!("{}{}", names.short(subject), mark(how));
                        let kind = match subject {
                            Subject::Task(_) => "poll",
                            Subject::Root(_) => "root",
                        };
                        (kind, names.index(subject), text)
                    }
                    What::End(subject) => ("end", names.index(subject), String::new()),
                    What::Park(_) => ("park", None, "asleep".to_owned()),
                    What::Turn(..) => ("turn", None, "turn".to_owned()),
                    What::Block => ("block", None, "blocks in place".to_owned()),
                    What::Job => ("job", None, "job".to_owned()),
                };
                json!([
                    span.begin,
                    span.end,
                    span.depth,
                    kind,
                    index,
                    text,
                    names.span(span),
                    u8::from(span.is_cut),
                ])
            });
            let moments = row.moments.iter().filter_map(|moment| {
                let kind = match moment.event {
                    Event::Steal { .. } => "steal",
                    Event::Fired { .. } => "timer",
                    Event::Abort(_) => "abort",
                    _ => return None,
                };
                Some(json!([moment.at, kind, names.moment(moment)]))
            });
            json!({
                "name": row.name, "number": row.number, "dropped": row.dropped, "end": row.end,
                "spans": spans.collect::<Vec<_>>(), "moments": moments.collect::<Vec<_>>(),
            })
        })
        .collect();
    let arrows: Vec<_> = (timeline.arrows.iter())
        .map(|it| {
            json!([
                it.from_row,
                it.from_at,
                it.to_row,
                it.to_at,
                u8::from(it.is_spawn),
                names.arrow(it),
            ])
        })
        .collect();
    let tasks: Vec<_> = (names.all.iter())
        .map(|it| json!([it.short, it.long, it.place, it.polls]))
        .collect();
    let data = json!({
        "title": title, "end": timeline.end, "rows": rows, "arrows": arrows, "tasks": tasks,
    });
    // In a script, only what begins with this sign could have a meaning.
    let data = data.to_string().replace('<', "\\u003c");
    let about = escaped(&super::about(timeline));
    PAGE.replace("@TITLE@", &escaped(title))
        .replace("@ABOUT@", &about)
        .replace("@DATA@", &data)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{names, timeline};
    use super::*;

    #[test]
    fn the_page_has_all_in_it_and_asks_for_nothing() {
        let timeline = timeline(500);
        let page = page(&timeline, &names(&timeline), "a </script><b>program");
        for asks in ["http", " src=", "url(", "import", "fetch"] {
            assert!(!page.contains(asks), "it asks by `{asks}`");
        }
        let (_, data) = page.split_once("id=\"data\">").unwrap();
        let (data, _) = data.split_once("</script>").unwrap();
        let data: serde_json::Value = serde_json::from_str(data).unwrap();
        assert_eq!(data["title"], "a </script><b>program");
        assert_eq!(data["rows"][0]["spans"].as_array().unwrap().len(), 502);
        assert_eq!(data["arrows"].as_array().unwrap().len(), 501);
        assert_eq!(data["tasks"].as_array().unwrap().len(), 501);
        for place in ["@TITLE@", "@ABOUT@", "@DATA@"] {
            assert!(!page.contains(place), "{place} was not filled");
        }
    }
}
