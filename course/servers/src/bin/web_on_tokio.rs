//! The web server on tokio, to race against: the same routes and the same connections ([`servers::http`]), with tokio's
//! sockets, tasks and timers below them. It has no TLS, and it does not watch for clients that never read.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use servers::app;
use servers::arguments::{Arguments, Flavor};
use servers::http::{Around, Limits, serve};
use tokio::net::TcpListener;
use tokio::runtime::Builder;
use tokio::sync::{Semaphore, watch};
use tokio::time::{sleep, timeout};

const USAGE: &str =
    "web_on_tokio [--listen ADDRESS] [--runtime current|THREADS] [--connections COUNT]
    [--head-ms MS] [--ping-ms MS] [--grace-ms MS]";

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::read(USAGE, 1);
    let runtime = match arguments.get("--runtime", Flavor::MultiThread(2)) {
        Flavor::CurrentThread => Builder::new_current_thread().enable_all().build()?,
        Flavor::MultiThread(threads) => Builder::new_multi_thread()
            .worker_threads(threads)
            .enable_all()
            .build()?,
    };
    runtime.block_on(run(&arguments))
}

async fn run(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let address = arguments.get("--listen", "127.0.0.1:8080".to_owned());
    let connections = arguments.get("--connections", 10_000);
    let grace = arguments.ms("--grace-ms", 10_000);
    let limits = Limits {
        head: arguments.ms("--head-ms", 30_000),
        ping: arguments.ms("--ping-ms", 20_000),
    };
    let around = Around {
        executor: TokioExecutor::new(),
        timer: TokioTimer::new(),
    };
    let router = app::router(|duration| Box::pin(sleep(duration)));
    let places = Arc::new(Semaphore::new(connections));
    let (tell, told) = watch::channel(false);

    let listener = TcpListener::bind(address).await?;
    println!("listening on {}", listener.local_addr()?);

    let serving = async {
        loop {
            let place = Arc::clone(&places).acquire_owned().await;
            let Ok((stream, _)) = listener.accept().await else {
                sleep(Duration::from_millis(20)).await;
                continue;
            };
            drop(stream.set_nodelay(true));
            let (router, around, mut told) = (router.clone(), around.clone(), told.clone());
            tokio::spawn(async move {
                let _place = place;
                let stop = async { drop(told.wait_for(|is_stopped| *is_stopped).await) };
                let _ = serve(TokioIo::new(stream), None, router, limits, around, stop).await;
            });
        }
    };
    futures_util::future::select(
        std::pin::pin!(serving),
        std::pin::pin!(tokio::signal::ctrl_c()),
    )
    .await;
    tell.send_replace(true);
    let all = u32::try_from(connections)?;
    let in_time = timeout(grace, places.acquire_many(all)).await.is_ok();
    println!("stopped: in time: {in_time}");
    Ok(())
}
