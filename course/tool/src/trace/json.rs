//! The recording in the format of Chrome's traces, which Perfetto opens.
//!
//! A span is a *complete* event on the track of its thread. A wake that leads to a poll is a *flow* from one to the other, and a flow has to begin
//! within a span. So a wake that comes from outside of one gets a span of its own, without a length.

use ::trace::Timeline;
use ::trace::event::Event;
use ::trace::timeline::{Arrow, Row, Span, What};
use serde_json::{Value, json};

use super::names::Names;

/// The only process there is.
const PROCESS: u64 = 1;

/// The number of the first thread. Perfetto gives a thread with the number 0 that of the process, so it would draw two threads
/// into one lane; and the one with the process's number is the main thread to it.
const FIRST: u64 = PROCESS + 1;

/// The text of the file.
pub fn chrome(timeline: &Timeline, names: &Names, title: &str) -> String {
    let mut events = vec![json!({
        "ph": "M", "name": "process_name", "pid": PROCESS, "args": { "name": title },
    })];
    for row in &timeline.rows {
        events.push(json!({
            "ph": "M", "name": "thread_name", "pid": PROCESS, "tid": track(row),
            "args": { "name": thread(row) },
        }));
        events.push(json!({
            "ph": "M", "name": "thread_sort_index", "pid": PROCESS, "tid": track(row),
            "args": { "sort_index": row.number },
        }));
        events.extend(row.spans.iter().map(|span| complete(row, span, names)));
        events.extend(instants(row, names));
    }
    let outermost: Vec<Vec<&Span>> = (timeline.rows.iter())
        .map(|row| row.spans.iter().filter(|span| span.depth == 0).collect())
        .collect();
    for (id, arrow) in timeline.arrows.iter().enumerate() {
        let spans = &outermost[arrow.from_row];
        let begun = spans.partition_point(|span| span.begin <= arrow.from_at);
        let is_within = 0 < begun && arrow.from_at <= spans[begun - 1].end;
        if !is_within {
            events.push(outside(timeline, arrow, names));
        }
        events.extend(flow(timeline, id, arrow));
    }
    let dropped: u64 = timeline.rows.iter().map(|row| row.dropped).sum();
    let file = json!({
        "displayTimeUnit": "ns",
        "otherData": { "program": title, "events that were not recorded": dropped },
        "traceEvents": events,
    });
    file.to_string()
}

/// The number of a thread's track.
fn track(row: &Row) -> u64 {
    FIRST + row.number
}

fn thread(row: &Row) -> String {
    match row.name.as_str() {
        "" => format!("thread {}", row.number),
        name => name.to_owned(),
    }
}

/// In microseconds.
fn micros(nanos: u64) -> f64 {
    nanos as f64 / 1e3
}

fn complete(row: &Row, span: &Span, names: &Names) -> Value {
    let (category, name, place) = match span.what {
        What::Poll(subject, _) => {
            let named = names.index(subject).map(|index| &names.all[index]);
            let place = named.and_then(|named| named.place.clone());
            ("poll", names.long(subject), place)
        }
        What::End(subject) => ("end", format!("end of {}", names.long(subject)), None),
        What::Park(_) => ("park", "park".to_owned(), None),
        What::Turn(..) => ("driver", "turn".to_owned(), None),
        What::Block => ("block", "block_in_place".to_owned(), None),
        What::Job => ("block", "blocking job".to_owned(), None),
    };
    json!({
        "ph": "X", "cat": category, "name": name, "pid": PROCESS, "tid": track(row),
        "ts": micros(span.begin), "dur": micros(span.end - span.begin),
        "args": { "is": names.span(span), "spawned at": place },
    })
}

/// Steals, timers and aborts. Wakes and spawns are flows.
fn instants<'a>(row: &'a Row, names: &'a Names) -> impl Iterator<Item = Value> + 'a {
    row.moments.iter().filter_map(move |moment| {
        let name = match moment.event {
            Event::Steal { .. } => "steal",
            Event::Fired { .. } => "timer",
            Event::Abort(_) => "abort",
            _ => return None,
        };
        Some(json!({
            "ph": "i", "s": "t", "name": name, "pid": PROCESS, "tid": track(row),
            "ts": micros(moment.at), "args": { "is": names.moment(moment) },
        }))
    })
}

/// The two ends of a flow.
fn flow(timeline: &Timeline, id: usize, arrow: &Arrow) -> [Value; 2] {
    let end = |phase: &str, row: usize, at: u64| {
        json!({
            "ph": phase, "bp": "e", "id": id, "cat": "cause", "name": verb(arrow),
            "pid": PROCESS, "tid": track(&timeline.rows[row]), "ts": micros(at),
        })
    };
    [
        end("s", arrow.from_row, arrow.from_at),
        end("f", arrow.to_row, arrow.to_at),
    ]
}

/// A span for a wake outside of one.
fn outside(timeline: &Timeline, arrow: &Arrow, names: &Names) -> Value {
    json!({
        "ph": "X", "cat": "cause", "name": verb(arrow), "pid": PROCESS,
        "tid": track(&timeline.rows[arrow.from_row]),
        "ts": micros(arrow.from_at), "dur": 0.0, "args": { "is": names.arrow(arrow) },
    })
}

fn verb(arrow: &Arrow) -> &'static str {
    match arrow.is_spawn {
        true => "spawn",
        false => "wake",
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{names, timeline};
    use super::*;

    fn events(text: &str) -> Vec<Value> {
        let file: Value = serde_json::from_str(text).unwrap();
        file["traceEvents"].as_array().unwrap().clone()
    }

    #[test]
    fn spans_nest_on_their_threads_and_flows_have_both_ends() {
        let timeline = timeline(3);
        let events = events(&chrome(&timeline, &names(&timeline), "a program"));
        let of = |phase: &str| -> Vec<&Value> {
            events.iter().filter(|event| event["ph"] == phase).collect()
        };
        let nanos = |value: &Value| (value.as_f64().unwrap() * 1e3).round() as u64;
        // Three polls, the root's, a sleep; and a span for each spawn and for the wake, which come from outside of one.
        assert_eq!(of("X").len(), 5 + 3 + 1);
        for event in &events {
            let (process, thread) = (event["pid"].as_u64(), event["tid"].as_u64());
            assert!(process == Some(PROCESS) && thread.is_none_or(|thread| PROCESS < thread));
        }
        for thread in FIRST..FIRST + 2 {
            let mut open: Vec<u64> = Vec::new();
            for event in of("X").iter().filter(|event| event["tid"] == thread) {
                let begin = nanos(&event["ts"]);
                let end = begin + nanos(&event["dur"]);
                open.retain(|outer| begin < *outer);
                assert!(open.iter().all(|outer| end <= *outer), "{event}");
                open.push(end);
            }
        }
        let (begins, ends) = (of("s"), of("f"));
        assert_eq!(begins.len(), timeline.arrows.len());
        for (begin, end) in begins.iter().zip(&ends) {
            assert_eq!(begin["id"], end["id"]);
            assert!(nanos(&begin["ts"]) <= nanos(&end["ts"]));
            let polled = of("X").into_iter().any(|span| {
                span["cat"] == "poll" && span["ts"] == end["ts"] && span["tid"] == end["tid"]
            });
            assert!(polled, "{end} leads to no poll");
        }
        let threads = of("M")
            .into_iter()
            .filter(|event| event["name"] == "thread_name");
        let threads: Vec<&Value> = threads.map(|event| &event["args"]["name"]).collect();
        assert_eq!(threads, ["main", "thread 1"]);
    }
}
