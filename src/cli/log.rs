//! The log: on standard error, without secrets, and never in the way of the work.

use std::io::{self, Write};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

use tracing_subscriber::EnvFilter;
use wildfire_engine::model::redactor;
use wildfire_engine::model::visible::visible;

/// Events that may wait for a terminal. More are dropped: nobody reads so many of them later.
const WAITING: usize = 1 << 16;

/// How long the end of the process waits for a terminal that takes no output.
const PATIENCE: Duration = Duration::from_secs(1);

/// The log while it is open. Dropping it writes what is left.
pub struct Log(SyncSender<Message>);

enum Message {
    /// One event, in one piece, so that no secret is cut in two.
    Event(Vec<u8>),
    /// Answered when everything before it is written.
    End(SyncSender<()>),
}

impl Log {
    /// Logs what `WILDFIRE_LOG` says, in the form of `RUST_LOG`, or else as much as `verbose`: 2 is every call.
    ///
    /// Events are written on a thread of their own. A terminal that is stopped holds up whoever writes to it, and the
    /// heartbeat of a lock logs.
    pub fn start(verbose: u8) -> Self {
        // A library that logs requests logs their headers.
        for name in ["AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_CONTAINER_AUTHORIZATION_TOKEN"] {
            if let Ok(value) = std::env::var(name) {
                redactor::learn(&value.into());
            }
        }
        let (sender, messages) = sync_channel(WAITING);
        std::thread::spawn(|| write_all(messages, io::stderr()));
        let level = match verbose {
            // What the SDK warns of, and what it calls an error, is in our errors, where it matters.
            0 => "wildfire=warn,wildfire_aws=warn,wildfire_engine=warn,off",
            1 => "wildfire=info,wildfire_aws=info,wildfire_engine=info,warn",
            _ => "wildfire=debug,wildfire_aws=debug,wildfire_engine=debug,warn",
        };
        let filter = EnvFilter::try_from_env("WILDFIRE_LOG").unwrap_or_else(|_| level.into());
        let writer = sender.clone();
        let _ = tracing_subscriber::fmt()
            .with_env_filter(filter)
            .with_writer(move || Events(writer.clone()))
            // Without the feature for colours, asking for them ends the process in a debug build.
            .with_ansi(false)
            .try_init();
        Self(sender)
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        let (done, ended) = sync_channel(1);
        // A log that is full is one that nobody takes.
        if self.0.try_send(Message::End(done)).is_ok() {
            let _ = ended.recv_timeout(PATIENCE);
        }
    }
}

fn write_all(messages: Receiver<Message>, mut to: impl Write) {
    for message in messages {
        match message {
            // A closed pipe is nobody's loss.
            Message::Event(bytes) => drop(to.write_all(line(&bytes).as_bytes())),
            Message::End(done) => drop(done.send(())),
        }
    }
}

/// One event on one line, without secrets, and with nothing hidden in it.
fn line(event: &[u8]) -> String {
    let text = String::from_utf8_lossy(event);
    let text = redactor::filter_log(text.trim_end_matches(['\r', '\n']));
    format!("{}\n", visible(&text))
}

struct Events(SyncSender<Message>);

impl Write for Events {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let _ = self.0.try_send(Message::Event(bytes.to_vec()));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_holds_no_secret_that_is_known_and_one_line_for_an_event() {
        redactor::learn(&"log-canary-1".into());
        let (sender, messages) = sync_channel(1);
        Events(sender)
            .write_all(b"request=MasterUserPassword=log-canary-1&x\x1b[2J\nerror: y\n")
            .expect("it is never full");
        let mut log = Vec::new();
        write_all(messages, &mut log);
        assert_eq!(
            String::from_utf8(log).expect("text"),
            "request=MasterUserPassword=(sensitive value)&x\\u{1b}[2J\\nerror: y\n"
        );
    }
}
