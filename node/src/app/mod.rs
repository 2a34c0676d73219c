//! The node put together: store, room, engine, WebRTC and pages, from the start to an orderly end.

#[cfg_attr(not(feature = "gstreamer"), path = "engine_absent.rs")]
mod engine;
mod meters;
mod password;
mod peers;
mod ready;
mod relay;
mod servers;
mod studio;
pub(crate) mod told;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use parlor_protocol::ident::RoomId;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use crate::config::Config;
use crate::http;
use crate::room::Room;
use crate::store::{Store, StoreError};
use crate::swarm::{Duty, NetworkError};
use crate::webrtc::{Addresses, Gateway};

pub use engine::{Engine, EngineError};
pub use meters::{MAX_READINGS, Machine, Meters, Reading};
pub use password::{Hasher, MAX_PASSWORD_BYTES, MIN_PASSWORD_CHARS, PasswordError};
pub use peers::{OpenedRoom, Peers, Relaying, settings as network_settings};
pub use ready::Ready;
pub use relay::{RelayReady, relay};
pub use studio::{
    AccountChange, BanError, EmoteError, FollowError, Followed, FollowedList, IngestAction, IngestKind,
    IngestStatus, InviteStatus, InviteWish, Keeper, KnownError, MAX_INVITE_NAME_CHARS, NetworkStatus,
    NetworkWishError, OpenError, ReportMisfit, Studio, StudioError, StudioStatus, room_named,
};
pub(crate) use studio::{
    FIRST_INVITE, MAX_ACCOUNTS, MAX_BAN_NOTE_CHARS, MAX_BANS, MAX_FRIENDS, MAX_LISTED_ROOMS, MAX_LISTS,
    MAX_UPLOAD_MBPS,
};

/// How long requests under way may take to end once the node is told to stop.
const SHUTDOWN_GRACE: Duration = Duration::from_secs(5);

/// Why the node can't run. The sentence is for the user.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The data folder can't be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Another program has the port, or the address is not this machine's.
    #[error("the web pages cannot be served on {address}: {error}; choose another address with --listen")]
    Listen {
        /// Where the pages were to be served.
        address: std::net::SocketAddr,
        /// What the system said.
        error: io::Error,
    },
    /// There is no network of peers to be had.
    #[error(transparent)]
    Network(#[from] NetworkError),
    /// A room can't be carried.
    #[error(transparent)]
    Carrier(#[from] crate::carry::CarrierError),
    /// The engine or a way in can't start.
    #[error(transparent)]
    Studio(#[from] StudioError),
    /// The system refused a signal handler or a socket's address.
    #[error("the system refused what the node needs: {0}; try again")]
    System(#[from] io::Error),
}

/// Runs the node until it is told to stop (SIGINT or SIGTERM). `announce` is called once it serves.
///
/// # Errors
/// An [`AppError`] where it can't start.
pub async fn run(config: Config, announce: impl FnOnce(&Ready)) -> Result<(), AppError> {
    // Bound first: a port in use is the likeliest mistake, and nothing has to be undone then.
    let listen = |error| AppError::Listen { address: config.listen, error };
    let listener = TcpListener::bind(config.listen).await.map_err(listen)?;
    let address = listener.local_addr()?;

    let store = Store::open(config.data_dir.clone())?;
    let key = store.room_key()?;
    let id =
        RoomId::from_public_key(key.verifying_key().to_bytes()).expect("a key made here is a strong one");
    let host = store.settings();
    let room = Arc::new(Room::new(id, host.about));
    let network = peers::settings(Duty::Room, &config.network, &host.network);
    let ceiling = studio::network::ceiling_bps(&config.network, &host.network);
    let peers = Peers::start(&store.node_key()?, network, ceiling).await?;
    let studio = Arc::new(Studio::open(&config, store, key, room.clone(), peers).await?);
    let gateway = Gateway::new(Addresses::new(address.ip(), config.public_address, config.webrtc_port));
    let shutdown = CancellationToken::new();
    let hosts = http::AllowedHosts::new(address, &config.hosts);
    let web = http::App::new(studio.clone(), gateway, hosts, shutdown.clone());
    studio.set_on_air(config.live);

    let ready = Ready::new(address, &web.issue_login(), &studio);
    let meters = tokio::spawn(measure(studio.clone()));
    let mut serving = tokio::spawn(http::serve(listener, web, shutdown.clone()));
    announce(&ready);
    // Told only where systemd waits for it (Type=notify).
    let _ = sd_notify::notify(&[sd_notify::NotifyState::Ready]);

    tokio::select! {
        () = told_to_stop()? => {}
        () = studio.remember_servers() => {}
        served = &mut serving => return Ok(served.expect("serving does not panic")?),
    }
    let _ = sd_notify::notify(&[sd_notify::NotifyState::Stopping]);
    shutdown.cancel();
    meters.abort();
    // What has not ended by then is cut off.
    match tokio::time::timeout(SHUTDOWN_GRACE, &mut serving).await {
        Ok(served) => served.expect("serving does not panic")?,
        Err(_) => serving.abort(),
    }
    Ok(())
}

/// Completes when the user or systemd wants the node to stop.
pub(crate) fn told_to_stop() -> io::Result<impl Future<Output = ()>> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Takes a reading of the node each second.
async fn measure(studio: Arc<Studio>) {
    let mut machine = Machine::default();
    let mut second = interval(Duration::from_secs(1));
    second.set_missed_tick_behavior(MissedTickBehavior::Skip);
    loop {
        second.tick().await;
        studio.measure(machine.read());
    }
}
