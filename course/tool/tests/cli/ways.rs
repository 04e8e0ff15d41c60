//! A part is done guided or open, and nothing is lost on the way.

use std::fs;

use crate::fixture::{BOOK, DOUBLE, Fixture};

/// The small course, and a part of two files with one hole.
fn fixture() -> Fixture {
    let course = crate::small::COURSE.replace("[[example]]", PART);
    let more = [
        BOOK.as_slice(),
        &[
            ("solutions/01-small/course.toml", course.as_str()),
            ("solutions/01-small/src/lib.rs", LIB),
            ("solutions/01-small/src/stack.rs", STACK),
            ("solutions/01-small/src/stack/nodes.rs", NODES),
            ("chapters/01-small/tests/third.rs", THIRD),
            ("chapters/01-small/tests/fourth.rs", FOURTH),
        ],
    ];
    Fixture::with(&more.concat())
}

const PART: &str = r#"
[[exercise]]
id = "1.3"
name = "push"
title = "Push"
goal = "Put the value on top."
file = "src/stack/nodes.rs"
tests = ["third", "fourth"]
page = "small/two.md"
minutes = 5
hints = ["Push.", "Push it.", "`self.0.push(value)`"]

[[part]]
id = "1.4"
name = "stack"
title = "A stack"
goal = "Build a stack."
exercises = ["1.3"]
file = "src/stack.rs"
inner = ["src/stack/nodes.rs"]
open = { fields = { Stack = "value: Option<u32>" } }
tests = ["third"]
steps = ["fourth"]
page = "small/two.md"
minutes = 5
hints = ["A list.", "A `Vec`.", "`Vec<u32>`"]

[[example]]"#;

const LIB: &str = "//! Small.\n\nmod one;\npub mod stack;\nmod two;\n\npub use one::double;\n\
                   // ANCHOR: guided-stack\n#[doc(hidden)]\npub use stack::nodes;\n\
                   // ANCHOR_END: guided-stack\npub use two::half;\n";

const STACK: &str = "\
//! A stack.
//!
//! How it works.

pub mod nodes;

use nodes::Nodes;

/// The last that came is the first to go.
pub struct Stack {
    nodes: Nodes,
}

impl Stack {
    /// An empty one.
    pub fn new() -> Stack {
        Stack { nodes: Nodes(Vec::new()) }
    }

    /// Puts a value on top.
    pub fn push(&mut self, value: u32) {
        self.nodes.push(value);
    }

    /// Takes the value on top.
    pub fn pop(&mut self) -> Option<u32> {
        self.nodes.0.pop()
    }
}
";

const NODES: &str = "\
//! How it works.

/// The values.
pub struct Nodes(pub Vec<u32>);

impl Nodes {
    /// Puts a value on top.
    pub fn push(&mut self, value: u32) {
        // ANCHOR: ex-1-3-push
        self.0.push(value);
        // ANCHOR_END: ex-1-3-push
    }
}
";

const THIRD: &str = "#[test]\nfn last_in_first_out() {\n    \
                     let mut stack = small::stack::Stack::new();\n    stack.push(1);\n    \
                     stack.push(2);\n    assert_eq!(stack.pop(), Some(2));\n}\n";

/// It looks into our answer.
const FOURTH: &str = "#[test]\nfn a_node() {\n    let mut nodes = small::nodes::Nodes(vec![]);\n    \
                      nodes.push(3);\n    assert_eq!(nodes.0, [3]);\n}\n";

const STUB: &str = "\
//! A stack.

// ANCHOR: ex-1-4-stack
// All of this is yours, until the end of the file: what is public has to stay as it is. Add what
// you need.

/// The last that came is the first to go.
pub struct Stack {
    // Yours to replace, as are all private fields and whatever else is not public.
    value: Option<u32>,
}

impl Stack {
    /// An empty one.
    pub fn new() -> Stack {
        todo!(\"1.4 stack\")
    }

    /// Puts a value on top.
    pub fn push(&mut self, value: u32) {
        todo!(\"1.4 stack\")
    }

    /// Takes the value on top.
    pub fn pop(&mut self) -> Option<u32> {
        todo!(\"1.4 stack\")
    }
}
// ANCHOR_END: ex-1-4-stack
";

/// An answer of another inner design than ours.
const MINE: &str = "\
/// The last that came is the first to go.
pub struct Stack {
    values: std::collections::VecDeque<u32>,
}

impl Stack {
    pub fn new() -> Stack {
        Stack { values: Default::default() }
    }

    pub fn push(&mut self, value: u32) {
        self.values.push_front(value);
    }

    pub fn pop(&mut self) -> Option<u32> {
        self.values.pop_front()
    }
}
";

/// The stub with another body.
fn with(body: &str) -> String {
    let (head, rest) = STUB.split_once("// ANCHOR: ex-1-4-stack\n").unwrap();
    let (_, tail) = rest.split_once("// ANCHOR_END").unwrap();
    format!("{head}// ANCHOR: ex-1-4-stack\n{body}// ANCHOR_END{tail}")
}

#[test]
fn the_open_way_declares_what_is_public_and_the_guided_way_is_back_as_it_was() {
    let fixture = fixture();
    let files = ["src/lib.rs", "src/stack.rs", "src/stack/nodes.rs"];
    let given = files.map(|file| fixture.read(file));
    fixture
        .run(&["open", "1.3", "--yes"])
        .expect(0, &["1.4 stack is open now", "cargo course check 1.4"]);
    assert_eq!(fixture.read("src/stack.rs"), STUB);
    assert!(!fixture.path("src/stack/nodes.rs").exists());
    assert!(!fixture.read("src/lib.rs").contains("nodes"));
    fixture
        .run(&["guided", "stack", "--yes"])
        .expect(0, &["1.4 stack is guided now"]);
    assert_eq!(files.map(|file| fixture.read(file)), given);
    // Nothing was written by the reader, so there is nothing to keep.
    assert!(!fixture.root().join(".course").exists());
}

#[test]
fn without_a_terminal_to_ask_on_nothing_changes() {
    let fixture = fixture();
    let before = fixture.read("src/stack.rs");
    fixture.run(&["open", "1.4"]).expect(
        2,
        &["src/stack/nodes.rs", "goes", "cargo course open 1.4 --yes"],
    );
    assert_eq!(fixture.read("src/stack.rs"), before);
}

#[test]
fn what_was_written_in_either_way_is_there_after_the_way_back() {
    let fixture = fixture();
    let nodes = fixture.read("src/stack/nodes.rs");
    let guided = nodes.replace("todo!(\"1.3 push\")", "self.0.insert(0, value)");
    fixture.write("src/stack/nodes.rs", &guided);
    let run = fixture.run(&["open", "1.4", "--yes"]);
    run.expect(0, &["what you wrote is kept", "A copy is kept at"]);
    let copy = run.stdout.split("A copy is kept at ").nth(1).unwrap();
    let copy = fixture.root().join(copy.lines().next().unwrap().trim());
    assert_eq!(fs::read_to_string(copy).unwrap(), guided);

    let open = with(MINE);
    fixture.write("src/stack.rs", &open);
    fs::create_dir_all(fixture.path("src/stack")).unwrap();
    fixture.write("src/stack/mine.rs", "// of my own\n");
    fixture.run(&["guided", "1.4", "--yes"]).expect(0, &[]);
    assert_eq!(fixture.read("src/stack/nodes.rs"), guided);
    assert_eq!(fixture.read("src/stack/mine.rs"), "// of my own\n");
    fixture
        .run(&["open", "1.4", "--yes"])
        .expect(0, &["is what you left there the last time"]);
    assert_eq!(fixture.read("src/stack.rs"), open);
}

/// The reader's own file may have the name of one of ours.
#[test]
fn a_file_of_the_readers_is_kept_where_ours_has_the_same_name() {
    let fixture = fixture();
    fixture.run(&["open", "1.4", "--yes"]).expect(0, &[]);
    let open = with("mod nodes;\n");
    fixture.write("src/stack.rs", &open);
    fs::create_dir_all(fixture.path("src/stack")).unwrap();
    fixture.write("src/stack/nodes.rs", "// mine\n");
    fixture.run(&["guided", "1.4", "--yes"]).expect(0, &[]);
    assert!(
        fixture
            .read("src/stack/nodes.rs")
            .contains("todo!(\"1.3 push\")")
    );
    fixture.run(&["open", "1.4", "--yes"]).expect(0, &[]);
    assert_eq!(fixture.read("src/stack.rs"), open);
    assert_eq!(fixture.read("src/stack/nodes.rs"), "// mine\n");
}

#[test]
fn a_file_that_is_no_rust_is_kept_as_it_is() {
    let fixture = fixture();
    fixture.write("src/stack.rs", "pub struct {{{\n");
    fixture.run(&["open", "1.4", "--yes"]).expect(0, &[]);
    assert_eq!(fixture.read("src/stack.rs"), STUB);
    let broken = with("pub fn (((\n");
    fixture.write("src/stack.rs", &broken);
    fixture.run(&["guided", "1.4", "--yes"]).expect(0, &[]);
    assert_eq!(fixture.read("src/stack.rs"), "pub struct {{{\n");
    fixture.run(&["open", "1.4", "--yes"]).expect(0, &[]);
    assert_eq!(fixture.read("src/stack.rs"), broken);
}

#[test]
fn a_way_that_is_chosen_already_is_left_alone() {
    let fixture = fixture();
    fixture
        .run(&["guided", "1.4"])
        .expect(0, &["1.4 stack is guided already"]);
    fixture.run(&["open", "1.4", "--yes"]).expect(0, &[]);
    fixture
        .run(&["open", "push"])
        .expect(0, &["1.4 stack is open already"]);
}

#[test]
fn what_is_no_part_is_answered_with_those_that_are() {
    fixture()
        .run(&["open", "1.1"])
        .expect(2, &["`1.1` is no part", "1.4 stack"]);
}

#[test]
fn a_number_of_the_other_way_is_answered_with_how_to_get_there() {
    let fixture = fixture();
    fixture
        .run(&["hint", "1.4"])
        .expect(2, &["cargo course open 1.4"]);
    fixture.run(&["open", "1.4", "--yes"]).expect(0, &[]);
    for command in [["hint", "1.3"], ["check", "push"], ["reset", "1.3"]] {
        fixture
            .run(&command)
            .expect(2, &["is a part of 1.4 stack", "cargo course guided 1.4"]);
    }
    fixture.run(&["hint", "stack"]).expect(0, &["A list."]);
}

#[test]
fn a_reset_of_an_open_part_is_its_stub() {
    let fixture = fixture();
    fixture.run(&["open", "1.4", "--yes"]).expect(0, &[]);
    fixture.write("src/stack.rs", &with(MINE));
    fixture
        .run(&["reset", "1.4", "--yes"])
        .expect(0, &["A copy is kept at"]);
    assert_eq!(fixture.read("src/stack.rs"), STUB);
    // The marker lines are gone, and so the file alone says which way it is.
    fixture.write("src/stack.rs", "// nothing\n");
    fixture.run(&["reset", "1", "--yes"]).expect(0, &[]);
    assert_eq!(fixture.read("src/stack.rs"), STUB);
}

#[test]
fn the_solution_of_an_open_part_is_all_of_its_files() {
    let fixture = fixture();
    fixture.run(&["open", "1.4", "--yes"]).expect(0, &[]);
    fixture.run(&["solution", "1.4", "--yes"]).expect(
        0,
        &[
            "+ pub struct Nodes(pub Vec<u32>);",
            "- ",
            "src/stack/nodes.rs",
        ],
    );
}

/// With an exercise beside it that is not solved, and one that is.
#[test]
fn an_open_part_is_judged_by_its_contract() {
    let fixture = fixture();
    fixture.answer(DOUBLE, "x + x");
    fixture
        .run(&["list"])
        .expect(0, &["1.3, stack, is guided: `cargo course open 1.4`"]);
    fixture.run(&["open", "1.4", "--yes"]).expect(0, &[]);
    fixture
        .run(&["check", "1"])
        .expect(1, &["1.4", "not started", "1 of 3 solved"]);
    fixture.write("src/stack.rs", &with(MINE));
    fixture.run(&["check", "1.4"]).expect(0, &["1 of 1 solved"]);
    fixture
        .run(&["list"])
        .expect(0, &["1.4, stack, is open: `cargo course guided 1.4`"]);
    let wrong = MINE.replace("push_front", "push_back");
    fixture.write("src/stack.rs", &with(&wrong));
    fixture
        .run(&["check", "1.4"])
        .expect(1, &["wrong", "last_in_first_out"]);
}
