//! Two timers, of 60 and of 40 ms: awaited in turn, created first and then awaited, and joined.

use std::thread;
use std::time::{Duration, Instant};

use timer_future::{AsyncTimerFuture, block_on, join};

fn main() {
    println!("tea takes 60 ms, toast 40 ms");

    println!("\ntea().await; toast().await;");
    timed(async {
        tea().await;
        toast().await;
    });

    println!("\njoin(tea(), toast()).await;");
    timed(async {
        join(tea(), toast()).await;
    });

    // An `async fn` runs nothing before its first poll, not even the line that starts its timer.
    println!("\nlet (tea, toast) = (tea(), toast()); tea.await; toast.await;");
    timed(async {
        let (tea, toast) = (tea(), toast());
        tea.await;
        toast.await;
    });

    // Our timer, though, starts its thread when it is created, and not when it is polled.
    println!("\nlet (tea, toast) = (timer(60), timer(40)); tea.await; toast.await;");
    timed(async {
        let (tea, toast) = (timer(60), timer(40));
        tea.await;
        println!("    tea is ready");
        toast.await;
        println!("    toast is ready");
    });
}

async fn tea() {
    println!("    tea is put on");
    timer(60).await;
    println!("    tea is ready");
}

async fn toast() {
    println!("    toast is put on");
    timer(40).await;
    println!("    toast is ready");
}

fn timer(delay_ms: u64) -> AsyncTimerFuture {
    AsyncTimerFuture::new(Duration::from_millis(delay_ms))
}

/// Runs `breakfast`, and prints how long it took and how many threads worked on it.
fn timed(breakfast: impl Future<Output = ()>) {
    let begin = Instant::now();
    block_on(breakfast);
    println!(
        "    {} ms, all on the thread `{}`",
        begin.elapsed().as_millis(),
        thread::current().name().unwrap_or("?")
    );
}
