//! A provider's process: its start, the handshake, its channel, what it writes, its end.
//!
//! The socket is in a folder that only this user can enter. The process has a group of its own, so that a terminal's
//! interrupt reaches wildfire alone. A [`guard`] ends that group when we are gone, however we went.

mod environment;
pub mod guard;
mod said;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use hyper_util::rt::TokioIo;
use prost::Message;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, BufReader};
use tokio::net::UnixStream;
use tokio::process::{Child, ChildStdin, Command};
use tonic::transport::{Channel, Endpoint, Uri};
use tower::service_fn;

pub use environment::{COOKIE, cleaned};
pub use said::Said;

use crate::wire::{Empty, StdioData};

/// How long a provider may take until it says where it listens.
const HANDSHAKE: Duration = Duration::from_secs(60);
/// After being asked to end.
const END: Duration = Duration::from_secs(2);
/// Providers send messages of 256 MiB at most; the schema of a large one is 5 MB.
const MESSAGE: usize = 256 << 20;
/// The longest handshake that is one: it may hold a certificate.
const LINE: u64 = 64 << 10;

/// How a provider is started.
#[derive(Clone, Debug)]
pub struct Launch {
    pub binary: PathBuf,
    /// The whole environment of the process.
    pub environment: Vec<(OsString, OsString)>,
    /// A command that runs [`guard::run`] on the path that is appended; none: the provider is started as it is, and may
    /// outlive us.
    pub guard: Option<Vec<OsString>>,
}

/// Why a provider cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("{path} cannot be started: {error}", path = path.display())]
    NotStarted { path: PathBuf, error: std::io::Error },
    #[error("it did not say within {} s where it listens{said}", HANDSHAKE.as_secs())]
    Silent { said: String },
    #[error("it ended before it said where it listens{said}")]
    Ended { said: String },
    #[error("it says {line:?}, which is no handshake that wildfire knows")]
    Unknown { line: String },
    #[error("its socket cannot be reached: {0}")]
    Unreachable(String),
}

/// A running provider. Dropped, it ends.
pub struct Plugin {
    /// 5 or 6.
    pub protocol: u32,
    channel: Channel,
    said: Arc<Said>,
    child: tokio::sync::Mutex<Child>,
    /// Held open: what guards the provider kills it when this closes.
    _lifeline: Option<ChildStdin>,
    _folder: tempfile::TempDir,
}

impl Plugin {
    /// Starts a provider and waits for its handshake.
    ///
    /// # Errors
    /// It cannot be started, or does not speak the protocol. What it wrote to stderr is in the message.
    pub async fn start(launch: &Launch) -> Result<Self, StartError> {
        let not_started = |error| StartError::NotStarted { path: launch.binary.clone(), error };
        // Made with mode 0700.
        let folder = tempfile::Builder::new().prefix("wf-").tempdir().map_err(not_started)?;
        let mut child = command(launch, folder.path()).spawn().map_err(not_started)?;
        let lifeline = child.stdin.take();
        let said = Arc::new(Said::default());
        if let Some(stderr) = child.stderr.take() {
            tokio::spawn(drain(stderr, said.clone()));
        }
        let stdout = child.stdout.take().ok_or_else(|| not_started(std::io::Error::other("it has no stdout")))?;
        let mut out = BufReader::new(stdout);
        let mut line = String::new();
        let read = tokio::time::timeout(HANDSHAKE, (&mut out).take(LINE).read_line(&mut line)).await;
        match read {
            Err(_) => return Err(StartError::Silent { said: said.tail() }),
            Ok(Ok(0) | Err(_)) => {
                // Its last words may be on their way.
                let _ = tokio::time::timeout(END, child.wait()).await;
                tokio::time::sleep(Duration::from_millis(50)).await;
                return Err(StartError::Ended { said: said.tail() });
            }
            Ok(Ok(_)) => {}
        }
        tokio::spawn(drain(out, said.clone()));
        let (protocol, socket) = handshake(&line)?;
        let channel = connect(socket).await?;
        let plugin = Self {
            protocol,
            channel,
            said,
            child: tokio::sync::Mutex::new(child),
            _lifeline: lifeline,
            _folder: folder,
        };
        plugin.listen();
        Ok(plugin)
    }

    /// Makes a unary call; `method` is the whole path of it.
    ///
    /// # Errors
    /// The transport's: the process is gone, or does not know the method.
    pub async fn call<Q, A>(&self, method: &str, request: Q) -> Result<A, tonic::Status>
    where
        Q: Message + Default + 'static,
        A: Message + Default + 'static,
    {
        let mut grpc = tonic::client::Grpc::new(self.channel.clone())
            .max_decoding_message_size(MESSAGE)
            .max_encoding_message_size(MESSAGE);
        grpc.ready().await.map_err(|error| tonic::Status::unavailable(error.to_string()))?;
        let path = method.parse().map_err(|_| tonic::Status::internal("no path of a method"))?;
        let codec = tonic_prost::ProstCodec::<Q, A>::default();
        grpc.unary(tonic::Request::new(request), path, codec).await.map(tonic::Response::into_inner)
    }

    /// The last that it wrote, as far as it may be shown: empty, or in parentheses.
    pub fn said(&self) -> String {
        self.said.tail()
    }

    /// Asks it to end, and kills it if it does not.
    pub async fn end(&self) {
        // The server is gone before it answers.
        let _ = tokio::time::timeout(END, self.call::<Empty, Empty>("/plugin.GRPCController/Shutdown", Empty {})).await;
        let mut child = self.child.lock().await;
        if tokio::time::timeout(END, child.wait()).await.is_err() {
            let _ = child.kill().await;
        }
    }

    /// After the handshake its stdout and stderr are a stream, and the provider stands still when nobody reads it.
    fn listen(&self) {
        let mut grpc = tonic::client::Grpc::new(self.channel.clone());
        let said = self.said.clone();
        tokio::spawn(async move {
            grpc.ready().await.ok()?;
            let path = "/plugin.GRPCStdio/StreamStdio".parse().ok()?;
            let codec = tonic_prost::ProstCodec::<Empty, StdioData>::default();
            // The headers of the stream come with its first message.
            let stream = grpc.server_streaming(tonic::Request::new(Empty {}), path, codec).await.ok()?;
            let mut stream = stream.into_inner();
            while let Some(part) = stream.message().await.ok()? {
                said.hear(&part.data);
            }
            Some(())
        });
    }
}

fn command(launch: &Launch, folder: &Path) -> Command {
    let mut command = match &launch.guard {
        Some(guard) => {
            let mut words = guard.iter();
            let mut command = Command::new(words.next().cloned().unwrap_or_default());
            command.args(words).arg(&launch.binary).stdin(Stdio::piped());
            command
        }
        None => {
            let mut command = Command::new(&launch.binary);
            command.stdin(Stdio::null());
            command
        }
    };
    command
        .env_clear()
        .envs(launch.environment.iter().map(|(name, value)| (name, value)))
        .env(COOKIE.0, COOKIE.1)
        .env("PLUGIN_PROTOCOL_VERSIONS", "5,6")
        // Older ones know only TMPDIR.
        .env("PLUGIN_UNIX_SOCKET_DIR", folder)
        .env("TMPDIR", folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    #[cfg(unix)]
    command.process_group(0);
    command
}

/// `1|5|unix|/path|grpc|…`: the protocol and the socket.
fn handshake(line: &str) -> Result<(u32, PathBuf), StartError> {
    let unknown = || {
        let line: String = line.trim().chars().take(200).collect();
        StartError::Unknown { line }
    };
    let parts: Vec<&str> = line.trim().split('|').collect();
    let ["1", protocol @ ("5" | "6"), "unix", path, "grpc", ..] = parts[..] else { return Err(unknown()) };
    Ok((if protocol == "5" { 5 } else { 6 }, path.into()))
}

async fn connect(socket: PathBuf) -> Result<Channel, StartError> {
    let socket: Arc<Path> = socket.into();
    let connector = service_fn(move |_: Uri| {
        let socket = socket.clone();
        async move { UnixStream::connect(&socket).await.map(TokioIo::new) }
    });
    // The address means nothing: the connector knows the socket.
    let endpoint = Endpoint::from_static("http://localhost");
    endpoint.connect_with_connector(connector).await.map_err(|error| StartError::Unreachable(error.to_string()))
}

async fn drain(mut from: impl AsyncRead + Unpin, said: Arc<Said>) {
    let mut buffer = vec![0; 8192];
    while let Ok(read @ 1..) = from.read(&mut buffer).await {
        said.hear(&buffer[..read]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handshake_tells_protocol_and_socket() {
        assert_eq!(handshake("1|6|unix|/tmp/x/plugin1|grpc|\n").unwrap(), (6, "/tmp/x/plugin1".into()));
        assert_eq!(handshake("1|5|unix|/tmp/s|grpc||extra\n").unwrap().0, 5);
        for line in
            ["", "hello", "2|5|unix|/s|grpc", "1|4|unix|/s|grpc", "1|5|tcp|127.0.0.1:1|grpc", "1|5|unix|/s|netrpc"]
        {
            assert!(matches!(handshake(line), Err(StartError::Unknown { .. })), "{line:?}");
        }
    }
}
