// Exercise 6.12: a bank. All of it is yours to write. The requirements are on the page `book/src/locks/bank.md`; this is
// what it reads:
//
//     clerks 2                    how many payments can be under way at a time
//     account anna 100
//     account ben 50
//     pay rent anna ben 30 4      a payment: its name, from, to, how much, and how many turns it takes
//     audit noon                  all accounts, added up
//
// To try it: `cargo course run 6 bank --mine < chapters/06-locks/programs/bank.txt`

// ANCHOR: ex-6-12-bank
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::process::ExitCode;
use std::sync::Arc;

use current_thread::{Runtime, spawn, yield_now};
use locks::{Mutex, MutexGuard, Semaphore};

/// What all tasks share.
struct Bank {
    accounts: Vec<Account>,
    clerks: Semaphore,
}

struct Account {
    name: String,
    amount: Mutex<u64>,
}

/// What a task is for.
enum Order {
    Pay(Payment),
    Audit,
}

struct Payment {
    /// The accounts, by their places in the input.
    from: usize,
    to: usize,
    amount: u64,
    turns: u64,
}

/// The accounts that a task holds, by their places.
type Held<'a> = BTreeMap<usize, MutexGuard<'a, u64>>;

fn main() -> ExitCode {
    let input = io::read_to_string(io::stdin()).expect("standard input is text");
    let (bank, orders) = parse(&input);
    let bank = Arc::new(bank);
    let (mut done, mut refused) = (0, 0);
    Runtime::new().block_on(async {
        let tasks = orders.into_iter().map(|(name, order)| {
            let bank = Arc::clone(&bank);
            spawn(async move {
                match order {
                    Order::Pay(payment) => Some(bank.pay(&name, payment).await),
                    Order::Audit => {
                        bank.audit(&name).await;
                        None
                    }
                }
            })
        });
        for task in tasks.collect::<Vec<_>>() {
            match task.await.expect("no task panics") {
                Some(true) => done += 1,
                Some(false) => refused += 1,
                None => {}
            }
        }
        for account in &bank.accounts {
            println!("{} {}", account.name, account.amount.lock().await);
        }
    });
    println!("{done} done, {refused} refused");
    match refused {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

impl Bank {
    /// Makes a payment, or refuses it. Returns whether it was made.
    async fn pay(&self, name: &str, payment: Payment) -> bool {
        let Payment { from, to, .. } = payment;
        let mut held = self.hold([from, to]).await;
        // After the accounts: a clerk has something to do at once.
        let _clerk = self.clerks.acquire().await.expect("the bank never closes");
        let Some(rest) = held[&from].checked_sub(payment.amount) else {
            println!("{name} refused");
            return false;
        };
        println!("{name} begins");
        set(&mut held, from, rest);
        // The money is on its way.
        for _ in 0..payment.turns {
            yield_now().await;
        }
        let sum = *held[&to] + payment.amount;
        set(&mut held, to, sum);
        println!("{name} done");
        true
    }

    /// Adds up all accounts while no payment is under way.
    async fn audit(&self, name: &str) {
        let held = self.hold(0..self.accounts.len()).await;
        let total: u64 = held.values().map(|amount| **amount).sum();
        println!("{name} total {total}");
    }

    /// Takes these accounts, each of them once. All tasks take them in the same order, so that no tasks wait for one
    /// another in a circle.
    async fn hold(&self, places: impl IntoIterator<Item = usize>) -> Held<'_> {
        let places: BTreeSet<usize> = places.into_iter().collect();
        let mut held = Held::new();
        for place in places {
            held.insert(place, self.accounts[place].amount.lock().await);
        }
        held
    }
}

fn set(held: &mut Held<'_>, place: usize, amount: u64) {
    **held.get_mut(&place).expect("the task holds it") = amount;
}

/// The bank, and what is to be done in it.
fn parse(input: &str) -> (Bank, Vec<(String, Order)>) {
    let mut bank = Bank {
        accounts: Vec::new(),
        clerks: Semaphore::new(0),
    };
    let mut orders = Vec::new();
    for line in input.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words[..] {
            ["clerks", count] => bank.clerks.add_permits(number(count) as usize),
            ["account", name, amount] => bank.accounts.push(Account {
                name: name.to_owned(),
                amount: Mutex::new(number(amount)),
            }),
            ["pay", name, from, to, amount, turns] => {
                let place = |name| bank.accounts.iter().position(|it| it.name == name);
                let payment = Payment {
                    from: place(from).expect("the account is there"),
                    to: place(to).expect("the account is there"),
                    amount: number(amount),
                    turns: number(turns),
                };
                orders.push((name.to_owned(), Order::Pay(payment)));
            }
            ["audit", name] => orders.push((name.to_owned(), Order::Audit)),
            // Empty, or a comment.
            _ => {}
        }
    }
    (bank, orders)
}

fn number(word: &str) -> u64 {
    word.parse().expect("this word is a number")
}
// ANCHOR_END: ex-6-12-bank
