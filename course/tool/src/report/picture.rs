//! The picture of a model's run that failed.

use model::lanes::{self, Piece, Schedule, Tint};

use crate::screen::{Line, Span, colour, coloured, dim, plain};

/// The colours of the lanes, in turn.
const LANES: [u8; 4] = [colour::CYAN, colour::MAGENTA, colour::GREEN, colour::YELLOW];

/// The rows of the picture that the test kit told, none wider than `width`; none at all if it
/// cannot be read.
pub fn lines(schedule: &str, width: usize) -> Vec<Line> {
    let Some(schedule) = Schedule::from_line(schedule) else {
        return Vec::new();
    };
    let rows = lanes::draw(&schedule, width).into_iter();
    rows.map(|row| Line::of(row.into_iter().map(span)))
        .collect()
}

fn span(piece: Piece) -> Span {
    match piece.tint {
        Tint::Plain => plain(piece.text),
        Tint::Lane(lane) => coloured(piece.text, LANES[lane % LANES.len()]),
        Tint::Faint => dim(piece.text),
        Tint::Remark => coloured(piece.text, colour::YELLOW),
        Tint::Failed => coloured(piece.text, colour::RED),
    }
}

#[cfg(test)]
mod tests {
    use model::lanes::{Row, Step};

    use super::*;

    #[test]
    fn a_picture_fits_and_has_colours() {
        let schedule = Schedule {
            lanes: vec!["the task".into(), "the sender".into()],
            rows: vec![Row::Step(Step {
                number: 1,
                lane: 1,
                text: "state.swap: WAITING → WOKEN".into(),
                place: "waiter.rs:7".into(),
                ..Step::default()
            })],
            ..Schedule::default()
        };
        for width in [40, 60, 100] {
            let lines = lines(&schedule.to_line(), width);
            assert!(lines.iter().all(|line| line.width() <= width));
            let mut colours = lines.iter().flat_map(|line| &line.spans);
            assert!(colours.any(|span| span.style.colour == Some(colour::MAGENTA)));
        }
        assert!(lines("what no kit wrote", 60).is_empty());
    }
}
