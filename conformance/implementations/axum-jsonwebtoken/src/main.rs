//! The task API behind axum and jsonwebtoken.

mod answers;
mod body;
mod gate;
mod keys;
mod routes;
mod settings;
mod tasks;

use std::process::ExitCode;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use gate::Gate;
use keys::KeySet;
use routes::{App, router};
use settings::Settings;
use tasks::Store;

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("axum-jsonwebtoken: {why}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), String> {
    let settings = Settings::read()?;
    let keys = KeySet::load(&settings).await?;
    let app = Arc::new(App {
        gate: Gate::new(&settings, keys),
        tasks: Store::default(),
    });
    let listener = TcpListener::bind(&settings.address)
        .await
        .map_err(|error| format!("cannot listen on {}: {error}", settings.address))?;
    let mut terminated = signal(SignalKind::terminate()).map_err(|error| error.to_string())?;
    // Connections that are kept alive must not hold up the end.
    tokio::select! {
        ended = axum::serve(listener, router(app, &settings.origins)) => ended.map_err(|error| error.to_string()),
        _ = terminated.recv() => Ok(()),
    }
}
