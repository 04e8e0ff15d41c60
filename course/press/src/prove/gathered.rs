//! Many answers in one build.
//!
//! A chapter has some fifty answers that are to be tried, each a body of one region: holes, wrong answers,
//! second ones. To compile the chapter and its tests for each of them is most of what a proof costs. So here
//! all bodies of a region stand in it, and the environment of the test says which of them runs:
//!
//! ```text
//! match crate::gathered::body(3) {
//!     0 => todo!("3.4 drop-reference"),
//!     1 => { a wrong answer }
//!     2 => { another }
//!     _ => { ours }
//! }
//! ```
//!
//! What is seen so is taken only if it is what should be seen. A body that does not fit in, or whose test says
//! something else here, is built again by itself, as a reader would have it, and that decides.
//!
//! # Left out
//!
//! What is no body of a function: open exercises and programs, which are whole files (their stubs stand in the
//! gathered chapter), and the parts. What must not compile is built by itself, too.

use course::course::{Chapter, Course, Exercise};
use course::problem::Result;
use course::skeleton;

use super::variant::{Kind, Variant, is_later};

/// The variants of a chapter that are built together.
#[derive(Debug)]
pub struct Gathered<'a> {
    /// The chapter.
    pub chapter: &'a Chapter,
    /// The variants, of which each has its own tests.
    pub variants: Vec<Variant<'a>>,
}

/// Tells a test which bodies to run: pairs such as `3=1`, an exercise by its place and a body of it.
pub const BODIES: &str = "COURSE_BODIES";

/// The body that is the hole.
const HOLE: usize = 0;

/// What the chapter's library looks a body up with.
pub const LOOK_UP: &str = r#"
/// Which bodies of the regions run.
mod gathered {
    use std::sync::OnceLock;

    /// The body of the exercise at this place.
    pub(crate) fn body(exercise: usize) -> usize {
        // In no block of memory: a test may look for one that is never freed.
        static BODIES: OnceLock<[usize; 64]> = OnceLock::new();
        let bodies = BODIES.get_or_init(|| {
            let mut bodies = [usize::MAX; 64];
            let chosen = std::env::var("COURSE_BODIES").unwrap_or_default();
            for (exercise, body) in chosen.split(' ').filter_map(|pair| pair.split_once('=')) {
                let number = |word: &str| word.parse::<usize>().expect("a number");
                bodies[number(exercise)] = number(body);
            }
            bodies
        });
        bodies[exercise]
    }
}
"#;

/// Takes those out of `variants` that can be built together, a chapter at a time.
pub fn gather<'a>(variants: &mut Vec<Variant<'a>>) -> Vec<Gathered<'a>> {
    let mut all: Vec<Gathered<'a>> = Vec::new();
    let mut apart = Vec::new();
    for variant in variants.drain(..) {
        if !can_be_gathered(&variant) {
            apart.push(variant);
            continue;
        }
        let chapter = variant.chapter;
        match all.last_mut() {
            Some(last) if last.chapter.number == chapter.number => last.variants.push(variant),
            _ => all.push(Gathered {
                chapter,
                variants: vec![variant],
            }),
        }
    }
    *variants = apart;
    all
}

fn can_be_gathered(variant: &Variant<'_>) -> bool {
    let is_body = |exercise: &Exercise| exercise.open.is_none() && !exercise.program;
    match variant.kind {
        Kind::Skeleton | Kind::Solved | Kind::Gathered(_) => false,
        Kind::Hole(exercise) | Kind::Second(exercise) => is_body(exercise),
        Kind::Wrong(exercise, answer) => is_body(exercise) && answer.verdict != "does not compile",
        Kind::SoFar(last) => {
            let mut exercises = variant.chapter.exercises.iter();
            exercises.all(|exercise| is_body(exercise) || is_later(exercise, last))
        }
    }
}

impl<'a> Gathered<'a> {
    /// The one variant that holds all of these.
    pub fn variant(&'a self) -> Variant<'a> {
        let targets = self.variants.iter();
        let mut targets: Vec<String> = targets.flat_map(|v| v.targets.clone()).collect();
        targets.sort();
        targets.dedup();
        Variant {
            chapter: self.chapter,
            kind: Kind::Gathered(self),
            targets,
        }
    }

    /// What stands in the region of an exercise; none if that is its stub.
    ///
    /// # Errors
    ///
    /// If a solution cannot be read.
    pub fn body(&self, course: &Course, exercise: &Exercise) -> Result<Option<String>> {
        if exercise.open.is_some() || exercise.program {
            return Ok(None);
        }
        let place = self.place(exercise);
        let ours = skeleton::answer(course, self.chapter, exercise)?;
        let mut body = format!("match crate::gathered::body({place}) {{\n");
        let mut arm = |pattern: &str, inner: &str| {
            body.push_str(&format!("{pattern} => {{\n{inner}}}\n"));
        };
        let hole = format!("todo!(\"{}\")\n", exercise.label());
        arm(&HOLE.to_string(), &hole);
        for (number, variant) in self.others(exercise) {
            let inner = variant.body(course, exercise)?.unwrap_or_default();
            arm(&number.to_string(), &inner);
        }
        arm("_", &ours);
        body.push_str("}\n");
        Ok(Some(body))
    }

    /// The value of [`BODIES`] by which a test runs this variant.
    pub fn chosen(&self, variant: &Variant<'_>) -> String {
        let exercises = self.chapter.exercises.iter();
        let pairs = exercises.filter_map(|exercise| {
            let body = match variant.kind {
                Kind::Hole(open) => (open.id == exercise.id).then_some(HOLE),
                Kind::SoFar(last) => is_later(exercise, last).then_some(HOLE),
                _ => {
                    let mut others = self.others(exercise);
                    let own = others.find(|(_, other)| other.package() == variant.package());
                    own.map(|(number, _)| number)
                }
            };
            Some(format!("{}={}", self.place(exercise), body?))
        });
        pairs.collect::<Vec<_>>().join(" ")
    }

    fn place(&self, exercise: &Exercise) -> usize {
        let mut exercises = self.chapter.exercises.iter();
        let place = exercises.position(|other| other.id == exercise.id);
        place.expect("the exercise is the chapter's")
    }

    /// The variants with a body of their own in the region of this exercise, and the body's number.
    fn others(&self, exercise: &Exercise) -> impl Iterator<Item = (usize, &Variant<'a>)> {
        let of_it = move |variant: &&Variant<'_>| match variant.kind {
            Kind::Second(of) | Kind::Wrong(of, _) => of.id == exercise.id,
            _ => false,
        };
        (HOLE + 1..).zip(self.variants.iter().filter(of_it))
    }
}
