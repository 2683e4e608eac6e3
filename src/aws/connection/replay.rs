//! For tests: what AWS answers, played in the order of a script.
//!
//! For what the emulator lacks or gets wrong, and for what only happens at AWS: throttling, pages, slow changes, failures.
//! The replies are written in the shapes of the services' API models.

use std::sync::{Arc, Mutex, PoisonError};

use serde_json::json;
use wildfire_engine::model::{OpId, Operation, Placement, ReadRequest, Recover, Value};

use crate::Aws;
use crate::connection::fake;

/// A reply without the wrapping that its protocol has.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    /// The inside of `<OperationResult>`, for services that speak the query protocol.
    Result(String),
    /// The inside of `<OperationResponse>`, for EC2, whose replies have no result inside of it.
    Response(String),
    /// The body of a service that speaks JSON.
    Json(serde_json::Value),
    /// A refusal with its HTTP status and code.
    Error(u16, &'static str),
    /// The same in the form of EC2.
    Ec2Error(u16, &'static str),
}

/// The inside of `<OperationResult>`.
pub(crate) fn result(xml: &str) -> Reply {
    Reply::Result(xml.into())
}

/// The inside of `<OperationResponse>`, for EC2.
pub(crate) fn response(xml: &str) -> Reply {
    Reply::Response(xml.into())
}

/// A request that was sent: the operation or the path, and the body.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Sent {
    pub what: String,
    pub body: String,
}

impl Sent {
    /// A parameter of a request in the query protocol, as it stands there: percent-encoded.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        self.body.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
    }

    /// A member of a request in JSON, by JSON pointer; null where there is none.
    pub(crate) fn member(&self, pointer: &str) -> serde_json::Value {
        let body: serde_json::Value = serde_json::from_str(&self.body).unwrap_or_default();
        body.pointer(pointer).cloned().unwrap_or_default()
    }
}

#[derive(Debug, Default)]
struct Played {
    expected: Vec<(&'static str, Reply)>,
    sent: Vec<Sent>,
    /// Requests that no reply was there for.
    unexpected: Vec<String>,
}

/// A script of replies, and what was asked for so far.
#[derive(Clone, Debug, Default)]
pub(crate) struct Replay(Arc<Mutex<Played>>);

impl Replay {
    /// Adds a reply to the next request `what`: an operation of the query protocol, else a path. Requests for
    /// different things may come in any order; those for the same get their replies in the order of the script.
    pub(crate) fn on(self, what: &'static str, reply: Reply) -> Self {
        self.played(|played| played.expected.push((what, reply)));
        self
    }

    /// The account that answers so.
    pub(crate) fn aws(&self) -> Aws {
        let replay = self.clone();
        fake::aws(move |asked| {
            let path = asked.uri.strip_prefix("http://aws.test").unwrap_or(asked.uri);
            let what = match asked.action() {
                "" => path.to_string(),
                action => action.to_string(),
            };
            let answer = replay.played(|played| played.answer(&what, asked.body));
            wrapped(&what, answer)
        })
    }

    /// Everything that was sent.
    ///
    /// # Panics
    /// When a reply of the script was not asked for, or a request had no reply.
    pub(crate) fn finish(self) -> Vec<Sent> {
        self.played(|played| {
            assert!(played.unexpected.is_empty(), "requests without a reply: {:?}", played.unexpected);
            assert!(played.expected.is_empty(), "replies that nothing asked for: {:?}", played.expected);
            std::mem::take(&mut played.sent)
        })
    }

    fn played<T>(&self, act: impl FnOnce(&mut Played) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Played {
    fn answer(&mut self, what: &str, body: &str) -> Reply {
        self.sent.push(Sent { what: what.into(), body: body.into() });
        match self.expected.iter().position(|(expected, _)| *expected == what) {
            Some(next) => self.expected.remove(next).1,
            None => {
                self.unexpected.push(what.into());
                Reply::Error(400, "NotInTheScript")
            }
        }
    }
}

fn wrapped(what: &str, reply: Reply) -> (u16, String) {
    let rest = what.starts_with('/');
    match reply {
        Reply::Result(xml) => (200, format!("<{what}Response><{what}Result>{xml}</{what}Result></{what}Response>")),
        Reply::Response(xml) => (200, format!("<{what}Response>{xml}</{what}Response>")),
        Reply::Json(body) => (200, body.to_string()),
        Reply::Ec2Error(status, code) => {
            let error = format!("<Error><Code>{code}</Code><Message>said so</Message></Error>");
            (status, format!("<Response><Errors>{error}</Errors><RequestID>1</RequestID></Response>"))
        }
        Reply::Error(status, code) if rest => (status, json!({"__type": code, "message": "said so"}).to_string()),
        Reply::Error(status, code) => {
            let error = format!("<Type>Sender</Type><Code>{code}</Code><Message>said so</Message>");
            (status, format!("<ErrorResponse><Error>{error}</Error><RequestId>1</RequestId></ErrorResponse>"))
        }
    }
}

/// A read of `id` that asks for `properties`.
pub(crate) fn request(id: &str, properties: &[&str]) -> ReadRequest {
    ReadRequest::new(id.into(), properties.iter().map(ToString::to_string).collect())
}

/// The operation `01OURS` of a resource.
pub(crate) fn operation() -> Operation {
    let address = "test/main:thing".parse().expect("an address");
    Operation { id: OpId::new("01OURS"), address, attempt: 1, place: Placement::HOME }
}

/// A search for what [`operation`] made of `wanted`.
pub(crate) fn recover(wanted: serde_json::Value) -> Recover {
    Recover { operation: operation(), wanted: Value::from_json(wanted) }
}

/// A `<TagList>` with the tag of the operation `op`.
pub(crate) fn tag_list(op: &str) -> Reply {
    result(&format!("<TagList><Tag><Key>wildfire:op</Key><Value>{op}</Value></Tag></TagList>"))
}
