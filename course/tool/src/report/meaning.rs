//! What the commonest findings of loom and Miri mean, in a sentence.

/// What a finding means, if it is one of the common ones.
pub fn meaning(message: &str) -> Option<&'static str> {
    if message.contains("Causality violation") {
        return Some("Nothing orders these two accesses: there is no release that is acquired.");
    }
    let found = message.strip_prefix("error")?.lines().next()?;
    let known = MIRI.iter().find(|(words, _)| found.contains(words));
    known.map(|(_, meaning)| *meaning)
}

/// Words in the first line of what Miri says, and what it means. The first that fits counts.
const MIRI: [(&str, &str); 9] = [
    (
        "Data race",
        "Two threads access the same memory, one of them writes, and nothing orders the two: there is \
         no release that is acquired.",
    ),
    (
        "memory leaked",
        "Memory was allocated and never freed: its last reference was forgotten, or never given up.",
    ),
    (
        "been freed",
        "Memory is used, or freed again, after it was freed.",
    ),
    (
        "alignment",
        "A pointer is used for a type that has to be aligned to more than this address is.",
    ),
    ("borrow stack", ALIASING),
    ("retag", ALIASING),
    ("is forbidden", ALIASING),
    (
        "uninitialized",
        "Memory is read that nothing was written to.",
    ),
    ("deadlock", "Every thread waits for another."),
];

const ALIASING: &str = "A pointer is used that may not be: a reference made later has taken its place, \
                        or it was made from one that allows less.";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_findings_are_told_in_plain_words() {
        for (message, words) in [
            (
                "Causality violation: Concurrent write accesses.",
                "nothing orders",
            ),
            (
                "error: Undefined Behavior: Data race detected between (1) non-atomic write",
                "no release",
            ),
            (
                "error: Undefined Behavior: memory access failed: alloc1 has been freed, so this \
                 pointer is dangling",
                "after it was freed",
            ),
            (
                "error: memory leaked: alloc1 (Rust heap, size: 8)",
                "never freed",
            ),
            (
                "error: Undefined Behavior: trying to retag from <1> for Unique permission",
                "taken its place",
            ),
        ] {
            let meaning = meaning(message).unwrap().to_lowercase();
            assert!(meaning.contains(words), "{message}: {meaning}");
        }
        assert_eq!(meaning("left: 1, a value that has been freed"), None);
    }
}
