//! What the program that races prints, line by line.

/// A row of the table.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Its name.
    pub name: String,
    /// Nanoseconds of one operation, or bytes of a task.
    pub tokio: f64,
    /// The same of the scheduler that races against it.
    pub entrant: f64,
    /// The second as a share of the first.
    pub ratio: Ratio,
}

/// A ratio, and the bounds between which it was in half of the rounds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ratio {
    /// A quarter of the rounds was below.
    pub low: f64,
    /// The median.
    pub median: f64,
    /// A quarter of the rounds was above.
    pub high: f64,
}

/// All that the program has printed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Results {
    /// In the order in which they were raced; the bytes are the last.
    pub rows: Vec<Row>,
    /// Which part of the time the program had a processor.
    pub got: Option<f64>,
    /// The row that is being raced.
    pub now: Option<String>,
}

impl Results {
    /// Takes the program's next line. What is no line of a race is left alone.
    pub fn take(&mut self, line: &str) {
        let mut words = line.split_whitespace();
        let (Some(kind), words) = (words.next(), words.collect::<Vec<_>>()) else {
            return;
        };
        let numbers: Vec<f64> = words.iter().filter_map(|word| word.parse().ok()).collect();
        match (kind, &words[..], &numbers[..]) {
            ("now", [name], _) => self.now = Some((*name).to_owned()),
            ("row", [name, ..], &[tokio, entrant, low, median, high]) => self.rows.push(Row {
                name: (*name).to_owned(),
                tokio,
                entrant,
                ratio: Ratio { low, median, high },
            }),
            ("bytes", _, &[tokio, entrant]) => self.rows.push(Row {
                name: super::BYTES.to_owned(),
                tokio,
                entrant,
                ratio: Ratio::exact(entrant / tokio),
            }),
            ("got", _, &[got]) => self.got = Some(got),
            _ => {}
        }
    }

    /// Whether the program came to its end.
    pub fn is_whole(&self) -> bool {
        self.got.is_some() && self.rows.len() == super::OPERATIONS.len()
    }
}

impl Ratio {
    /// One that is the same in every round.
    pub fn exact(ratio: f64) -> Ratio {
        Ratio {
            low: ratio,
            median: ratio,
            high: ratio,
        }
    }

    /// How far apart the bounds are, as a share of the median.
    pub fn spread(self) -> f64 {
        (self.high - self.low) / self.median
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// A whole race with fixed figures: the row `spawn_remote` spreads, and `block_on_enter` is slower than tokio.
    pub fn results() -> Results {
        let mut results = Results::default();
        for line in LINES.lines() {
            results.take(line);
        }
        results
    }

    const LINES: &str = "\
now spawn
row spawn 230.80 66.90 0.2800 0.2900 0.3100
row spawn_join 248.50 82.00 0.3200 0.3300 0.3400
row yield 59.40 38.00 0.6200 0.6400 0.6500
row pair 232.00 199.50 0.8500 0.8600 0.8800
row chained 171.50 66.90 0.3800 0.3900 0.4000
row join_loop 275.60 129.50 0.4600 0.4700 0.4900
row spawn_remote 389.90 156.00 0.3000 0.4000 0.4900
row block_on 336.30 121.10 0.3600 0.3600 0.3700
row block_on_pair 268.10 190.40 0.6900 0.7100 0.7200
row block_on_enter 151.60 181.90 1.1900 1.2000 1.2100
now bytes
bytes 256.0 104.0
got 0.870
";

    #[test]
    fn the_lines_of_a_race_become_its_rows() {
        let results = results();
        assert!(results.is_whole());
        assert_eq!(results.now.as_deref(), Some("bytes"));
        assert_eq!(results.got, Some(0.87));
        assert_eq!(
            results.rows[3],
            Row {
                name: "pair".to_owned(),
                tokio: 232.0,
                entrant: 199.5,
                ratio: Ratio {
                    low: 0.85,
                    median: 0.86,
                    high: 0.88
                },
            }
        );
        assert_eq!(results.rows[10].ratio, Ratio::exact(104.0 / 256.0));
    }

    #[test]
    fn what_is_no_line_of_a_race_is_left_alone() {
        let mut results = Results::default();
        for line in ["", "row", "row spawn 1 2", "bytes 1", "got", "hello 1 2 3"] {
            results.take(line);
        }
        assert_eq!(results, Results::default());
        results.take("now pair");
        assert!(!results.is_whole());
        assert_eq!(results.now.as_deref(), Some("pair"));
    }
}
