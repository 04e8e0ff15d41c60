//! Links to the threads in which a bug was found: `tokio #1972`, `rust-lang/rust #66281`.

/// Where projects that are named by their crate alone have their threads.
const REPOSITORIES: [(&str, &str); 9] = [
    ("async-executor", "smol-rs/async-executor"),
    ("async-task", "smol-rs/async-task"),
    ("beul", "bertptrs/beul"),
    ("crossbeam", "crossbeam-rs/crossbeam"),
    ("futures-intrusive", "Matthias247/futures-intrusive"),
    ("futures-rs", "rust-lang/futures-rs"),
    ("mio", "tokio-rs/mio"),
    ("smol", "smol-rs/smol"),
    ("tokio", "tokio-rs/tokio"),
];

/// The text as Markdown with each `#number` linked that follows a project's name. A number after
/// another one is of the same project.
pub fn linked(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut repository: Option<&str> = None;
    for word in text.split_inclusive(' ') {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric() && c != '#');
        let number = bare
            .strip_prefix('#')
            .filter(|digits| digits.parse::<u32>().is_ok());
        match (number, repository) {
            (Some(number), Some(repository)) => {
                // GitHub sends on from `issues` to `pull` where the thread is a pull request.
                let link = format!("[#{number}](https://github.com/{repository}/issues/{number})");
                out.push_str(&word.replacen(bare, &link, 1));
            }
            _ => {
                let known = REPOSITORIES.iter().find(|(name, _)| *name == bare);
                let written_out = bare.split_once('/').is_some_and(|(owner, name)| {
                    !owner.is_empty() && !name.is_empty() && !name.contains('/')
                });
                if let Some((_, known)) = known {
                    repository = Some(known);
                } else if written_out {
                    repository = Some(bare);
                }
                out.push_str(word);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_belong_to_the_project_before_them() {
        let url = |path: &str| format!("https://github.com/{path}");
        assert_eq!(
            linked("a late wake (tokio-rs/website #740, #813); tokio #1 again"),
            format!(
                "a late wake (tokio-rs/website [#740]({}), [#813]({})); tokio [#1]({}) again",
                url("tokio-rs/website/issues/740"),
                url("tokio-rs/website/issues/813"),
                url("tokio-rs/tokio/issues/1"),
            )
        );
        assert_eq!(
            linked("beul PR #1"),
            format!("beul PR [#1]({})", url("bertptrs/beul/issues/1"))
        );
    }

    #[test]
    fn other_words_stay() {
        assert_eq!(
            linked("issue #3 of something and/or #word"),
            "issue #3 of something and/or #word"
        );
    }
}
