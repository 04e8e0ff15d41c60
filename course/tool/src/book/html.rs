//! The tags of a finished page, or of a drawing.

use std::cell::{Cell, RefCell};

use html5ever::Attribute;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};

/// A start tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Start {
    /// In lower case.
    pub name: String,
    /// Names in lower case; values with their entities resolved.
    pub attributes: Vec<(String, String)>,
}

impl Start {
    /// The value of an attribute.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        let mut attributes = self.attributes.iter();
        let found = attributes.find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// The start tags of a text, in order.
pub fn tags(text: &str) -> Vec<Start> {
    // Inside of it from the beginning, and no end tag has no name.
    read(text, "", 1)
}

/// The start tags inside of the element of this name, in order.
pub fn tags_inside(element: &str, text: &str) -> Vec<Start> {
    read(text, element, 0)
}

fn read(text: &str, element: &str, depth: usize) -> Vec<Start> {
    let inside = Inside {
        element,
        depth: Cell::new(depth),
        tags: RefCell::default(),
    };
    let tokens = Tokenizer::new(inside, TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(StrTendril::from(text));
    // No script is asked for, so it reads to the end at once.
    let _ = tokens.feed(&input);
    tokens.end();
    tokens.sink.tags.into_inner()
}

/// Keeps the start tags while it is inside of an element.
struct Inside<'a> {
    element: &'a str,
    depth: Cell<usize>,
    tags: RefCell<Vec<Start>>,
}

impl TokenSink for Inside<'_> {
    type Handle = ();

    fn process_token(&self, token: Token, _: u64) -> TokenSinkResult<()> {
        let Token::TagToken(tag) = token else {
            return TokenSinkResult::Continue;
        };
        let depth = self.depth.get();
        let is_element = *tag.name == *self.element;
        if tag.kind == TagKind::EndTag {
            self.depth
                .set(depth.saturating_sub(usize::from(is_element)));
            return TokenSinkResult::Continue;
        }
        if 0 < depth {
            self.tags.borrow_mut().push(start(&tag));
        }
        if is_element && !tag.self_closing {
            self.depth.set(depth + 1);
        }
        TokenSinkResult::Continue
    }
}

fn start(tag: &Tag) -> Start {
    let attribute = |it: &Attribute| (it.name.local.to_string(), it.value.to_string());
    Start {
        name: tag.name.to_string(),
        attributes: tag.attrs.iter().map(attribute).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_and_attributes_are_found() {
        let found = tags("a < b <A href='x&amp;y' id=z>t</a><!-- <b> --><img alt=\"\" hidden/>");
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].name, "a");
        assert_eq!(found[0].attribute("href"), Some("x&y"));
        assert_eq!(found[0].attribute("id"), Some("z"));
        assert_eq!(found[1].attribute("alt"), Some(""));
        assert_eq!(found[1].attribute("hidden"), Some(""));
    }

    #[test]
    fn what_stands_around_an_element_is_left_out() {
        let page = "<p><main><b></b><i></main><u>";
        let names: Vec<String> = tags_inside("main", page)
            .into_iter()
            .map(|tag| tag.name)
            .collect();
        assert_eq!(names, ["b", "i"]);
    }

    #[test]
    fn what_looks_like_a_tag_in_a_comment_or_a_value_is_none() {
        assert_eq!(tags("<!-- <a> --><p title='<b>'>&lt;i&gt;").len(), 1);
    }
}
