//! Figures: drawings in `book/src/figures`, put into the page itself so that they take its
//! colours.

use std::fs;

use crate::course::Course;

use super::expand::{Expansion, list};
use super::html;

/// The widest drawing that needs no scrolling beside the table of contents.
const WIDTH_MAX: u32 = 720;

/// The widest drawing that a phone of 390 pixels shows as a whole, with text that reads. `course.css` says below a wider
/// one that it can be scrolled.
const WIDTH_PHONE: u32 = 600;

/// The smallest text that still reads when the drawing is scaled to a phone.
const FONT_SIZE_MIN: f32 = 14.0;

/// The arrowheads that every figure may use as `marker-end="url(#arrow)"`, with their classes.
const ARROWS: [(&str, &str); 4] = [
    ("arrow", "arrowhead"),
    ("arrow-accent", "arrowhead accent"),
    ("arrow-warn", "arrowhead warn"),
    ("arrow-muted", "arrowhead muted"),
];

/// The figure as a block of HTML with its caption.
pub fn inline(course: &Course, name: &str, caption: &str) -> Expansion {
    let path = format!("book/src/figures/{name}.svg");
    let svg = fs::read_to_string(course.root.join(&path)).map_err(|error| {
        (
            format!("{path} cannot be read: {error}"),
            format!("There are: {}", list(&names(course))),
        )
    })?;
    if caption.is_empty() {
        return Err((
            format!("figure `{name}` has no caption"),
            format!("Write `{{{{#figure {name} \"What it shows\"}}}}`"),
        ));
    }
    if let Some((what, next)) = faults(&svg).into_iter().next() {
        return Err((format!("{path}: {what}"), next));
    }
    Ok(format!(
        "<figure class=\"{}\" id=\"figure-{name}\">\n\
         <div class=\"figure-scroll\" tabindex=\"0\">\n\
         {}\n</div>\n<figcaption>\n\n{caption}\n\n</figcaption>\n</figure>\n",
        classes(&svg),
        drawing(name, &svg),
    ))
}

/// The names of all figures, sorted.
pub fn names(course: &Course) -> Vec<String> {
    let folder = course.root.join("book").join("src").join("figures");
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut names: Vec<String> = entries
        .filter_map(|entry| {
            let name = entry.ok()?.file_name().to_string_lossy().into_owned();
            Some(name.strip_suffix(".svg")?.to_owned())
        })
        .collect();
    names.sort();
    names
}

/// What keeps a drawing from being read by everyone, with what to do about it.
fn faults(svg: &str) -> Vec<(String, String)> {
    let mut faults = Vec::new();
    let mut fault = |what: String, next: &str| faults.push((what, next.to_owned()));
    if view_box_width(svg).is_none_or(|width| width > WIDTH_MAX) {
        fault(
            format!("its viewBox is missing or wider than {WIDTH_MAX}"),
            "Start it with `<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 720 H\">`",
        );
    }
    for element in ["title", "desc"] {
        if element_text(svg, element).is_none_or(|text| text.trim().is_empty()) {
            fault(
                format!("it has no <{element}>"),
                "Say in <title> what it is, and in <desc> what one sees, for who cannot see it",
            );
        }
    }
    for tag in html::tags(svg) {
        for (key, value) in &tag.attributes {
            let own_colour =
                matches!(key.as_str(), "fill" | "stroke" | "style" | "color") && value != "none";
            if own_colour {
                fault(
                    format!("<{} {key}=\"{value}\"> has its own colour", tag.name),
                    "Use the classes of book/theme/course.css, which follow the page's theme",
                );
            }
            let size = value.trim_end_matches("px").parse::<f32>();
            if key == "font-size" && size.is_ok_and(|size| size < FONT_SIZE_MIN) {
                fault(
                    format!("text of size {value} is too small on a phone"),
                    "Make it 14 or more",
                );
            }
        }
    }
    faults
}

/// The drawing, ready to stand in a page: named for screen readers, its ids its own, its arrowheads
/// defined, and no blank line in it that would end the HTML block.
fn drawing(name: &str, svg: &str) -> String {
    let start = svg.find("<svg").unwrap_or(0);
    let body = svg[start..]
        .replace(" id=\"", &format!(" id=\"{name}-"))
        .replace("url(#", &format!("url(#{name}-"))
        .replace(" href=\"#", &format!(" href=\"#{name}-"))
        .replacen("<title>", &format!("<title id=\"{name}-title\">"), 1)
        .replacen("<desc>", &format!("<desc id=\"{name}-desc\">"), 1);
    let width = view_box_width(svg).unwrap_or(WIDTH_MAX);
    let body = body.replacen(
        "<svg",
        &format!(
            "<svg role=\"img\" aria-labelledby=\"{name}-title\" aria-describedby=\"{name}-desc\" \
             style=\"--w:{width}\""
        ),
        1,
    );
    let defs: String = ARROWS
        .iter()
        .filter(|(id, _)| svg.contains(&format!("url(#{id})")))
        .map(|(id, class)| {
            format!(
                "<marker id=\"{name}-{id}\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" \
                 markerUnits=\"userSpaceOnUse\" markerWidth=\"11\" markerHeight=\"11\" \
                 orient=\"auto-start-reverse\"><path class=\"{class}\" d=\"M0 0 L10 5 L0 10 z\"/>\
                 </marker>"
            )
        })
        .collect();
    let body = if defs.is_empty() {
        body
    } else {
        body.replacen("</desc>", &format!("</desc>\n<defs>{defs}</defs>"), 1)
    };
    let lines: Vec<&str> = body
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    lines.join("\n")
}

/// What `course.css` has to know of a drawing: whether a phone shows a part of it only.
fn classes(svg: &str) -> &'static str {
    match view_box_width(svg) {
        Some(width) if WIDTH_PHONE < width => "figure wide",
        _ => "figure",
    }
}

/// The third number of the viewBox.
fn view_box_width(svg: &str) -> Option<u32> {
    let root = html::tags(svg).into_iter().find(|tag| tag.name == "svg")?;
    let view_box = root.attribute("viewbox")?;
    view_box
        .split([' ', ','])
        .filter(|part| !part.is_empty())
        .nth(2)?
        .parse()
        .ok()
}

/// The text of the first element of that name.
fn element_text<'a>(svg: &'a str, element: &str) -> Option<&'a str> {
    let open = svg.find(&format!("<{element}>"))? + element.len() + 2;
    let close = svg[open..].find(&format!("</{element}>"))?;
    Some(&svg[open..open + close])
}

#[cfg(test)]
mod tests {
    use super::*;

    const SVG: &str = "<?xml version=\"1.0\"?>\n<svg viewBox=\"0 0 720 100\">\n\
        <title>A</title><desc>B</desc>\n\n<g id=\"x\"/><use href=\"#x\"/>\n\
        <path class=\"line\" marker-end=\"url(#arrow)\" d=\"M0 0\"/></svg>\n";

    #[test]
    fn a_drawing_keeps_to_itself() {
        let drawing = drawing("wake", SVG);
        assert!(drawing.starts_with("<svg role=\"img\" aria-labelledby=\"wake-title\""));
        assert!(drawing.contains("id=\"wake-x\"") && drawing.contains("href=\"#wake-x\""));
        assert!(drawing.contains("<marker id=\"wake-arrow\""));
        assert!(!drawing.contains("<marker id=\"wake-arrow-warn\""));
        assert!(drawing.contains("marker-end=\"url(#wake-arrow)\""));
        assert!(!drawing.contains("\n\n"));
    }

    #[test]
    fn a_drawing_that_a_phone_cuts_off_says_so() {
        assert_eq!(classes(SVG), "figure wide");
        assert_eq!(classes(&SVG.replace("720", "600")), "figure");
    }

    #[test]
    fn colours_small_text_and_missing_words_are_faults() {
        assert_eq!(faults(SVG), []);
        assert_eq!(
            faults("<svg viewBox=\"0 0 900 9\"><title></title></svg>").len(),
            3
        );
        assert_eq!(
            faults(&SVG.replace("class=\"line\"", "stroke=\"#f00\"")).len(),
            1
        );
        assert_eq!(
            faults(&SVG.replace("class=\"line\"", "font-size=\"12\"")).len(),
            1
        );
        assert_eq!(faults(&SVG.replace("class=\"line\"", "fill=\"none\"")), []);
    }
}
