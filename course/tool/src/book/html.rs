//! Just enough of HTML to find its tags and their attributes.

/// A start tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    /// In lower case.
    pub name: String,
    /// Names in lower case; values with the common entities resolved.
    pub attributes: Vec<(String, String)>,
}

impl Tag {
    /// The value of an attribute.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }
}

/// The start tags of a text, in order.
pub fn tags(text: &str) -> impl Iterator<Item = Tag> {
    let mut rest = text;
    std::iter::from_fn(move || {
        loop {
            rest = &rest[rest.find('<')? + 1..];
            if let Some(comment) = rest.strip_prefix("!--") {
                rest = &comment[comment.find("-->")?..];
            } else if rest.starts_with(|first: char| first.is_ascii_alphabetic()) {
                let (tag, after) = tag(rest);
                rest = after;
                return Some(tag);
            }
        }
    })
}

/// Reads a tag from after its `<`, and returns it with what follows it.
fn tag(text: &str) -> (Tag, &str) {
    let end = |c: char| c.is_whitespace() || c == '>' || c == '/';
    let (name, mut rest) = text.split_at(text.find(end).unwrap_or(text.len()));
    let mut tag = Tag {
        name: name.to_ascii_lowercase(),
        attributes: Vec::new(),
    };
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
        if rest.is_empty() {
            return (tag, rest);
        }
        if let Some(after) = rest.strip_prefix('>') {
            return (tag, after);
        }
        let key_end = rest
            .find(|c: char| end(c) || c == '=')
            .unwrap_or(rest.len());
        let key = rest[..key_end].to_ascii_lowercase();
        rest = rest[key_end..].trim_start();
        let mut value = "";
        if let Some(after) = rest.strip_prefix('=') {
            let after = after.trim_start();
            (value, rest) = match after.chars().next() {
                Some(quote @ ('"' | '\'')) => {
                    let inner = &after[1..];
                    let close = inner.find(quote).unwrap_or(inner.len());
                    (&inner[..close], inner.get(close + 1..).unwrap_or(""))
                }
                _ => after.split_at(after.find(end).unwrap_or(after.len())),
            };
        }
        if key.is_empty() {
            // Not HTML at all: one character is skipped, so that we come to an end.
            let mut chars = rest.chars();
            chars.next();
            rest = chars.as_str();
            continue;
        }
        let value = value
            .replace("&quot;", "\"")
            .replace("&lt;", "<")
            .replace("&amp;", "&");
        tag.attributes.push((key, value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_and_attributes_are_found() {
        let found: Vec<Tag> =
            tags("a < b <A href='x&amp;y' id=z>t</a><!-- <b> --><img alt=\"\" hidden/>").collect();
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].name, "a");
        assert_eq!(found[0].attribute("href"), Some("x&y"));
        assert_eq!(found[0].attribute("id"), Some("z"));
        assert_eq!(found[1].attribute("alt"), Some(""));
        assert_eq!(found[1].attribute("hidden"), Some(""));
    }

    #[test]
    fn broken_html_comes_to_an_end() {
        assert_eq!(tags("<a =\"").count(), 1);
        assert_eq!(tags("<a href=").count(), 1);
        assert_eq!(tags("<!--").count(), 0);
    }
}
