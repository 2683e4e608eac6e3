//! What a service answers while something that a call refers to lags behind what was done about it.

/// What a lag waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lag {
    /// It was made a moment ago, and the service does not see it yet.
    Unseen,
    /// It is being let go of, and the service still holds it.
    InUse,
}

/// An answer of a service that may change without any change of ours, for the calls that get it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LagReply {
    pub lag: Lag,
    /// `sns:CreateTopic`
    pub calls: &'static [&'static str],
    /// AWS's code, with or without `Exception` or `Fault` at its end.
    pub code: &'static str,
    /// Parts that AWS's message has, all of them. Empty: the code alone says it.
    pub message: &'static [&'static str],
    /// What lags: `a principal of the policy`.
    pub what: &'static str,
    /// Where this is documented or reported.
    pub source: &'static str,
}

impl LagReply {
    /// `what` is not visible to the service yet.
    pub const fn unseen(
        calls: &'static [&'static str],
        code: &'static str,
        message: &'static [&'static str],
        what: &'static str,
        source: &'static str,
    ) -> Self {
        Self { lag: Lag::Unseen, calls, code, message, what, source }
    }

    /// `what` still holds the resource.
    pub const fn in_use(
        calls: &'static [&'static str],
        code: &'static str,
        message: &'static [&'static str],
        what: &'static str,
        source: &'static str,
    ) -> Self {
        Self { lag: Lag::InUse, calls, code, message, what, source }
    }

    /// True when this is the reply to `call` with the code and message.
    pub fn is(&self, call: &str, code: &str, message: &str) -> bool {
        bare(code) == bare(self.code)
            && self.calls.contains(&call)
            && self.message.iter().all(|part| message.contains(part))
    }
}

/// A code without what only some protocols and SDKs add to it.
fn bare(code: &str) -> &str {
    let code = code.rsplit_once('#').map_or(code, |(_, code)| code);
    let code = code.strip_prefix("AWS.SimpleQueueService.").unwrap_or(code);
    code.strip_suffix("Exception").or_else(|| code.strip_suffix("Fault")).unwrap_or(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_is_told_by_its_call_code_and_message() {
        const REPLY: LagReply =
            LagReply::unseen(&["kms:CreateKey"], "MalformedPolicyDocument", &["invalid", "principals"], "a role", "");
        let message = "Policy contains a statement with one or more invalid principals.";
        assert!(REPLY.is("kms:CreateKey", "MalformedPolicyDocumentException", message));
        assert!(REPLY.is("kms:CreateKey", "com.amazonaws.kms#MalformedPolicyDocument", message));
        assert!(!REPLY.is("kms:PutKeyPolicy", "MalformedPolicyDocumentException", message));
        assert!(!REPLY.is("kms:CreateKey", "MalformedPolicyDocumentException", "Policy has invalid syntax"));
        assert!(!REPLY.is("kms:CreateKey", "InvalidArnException", message));
    }
}
