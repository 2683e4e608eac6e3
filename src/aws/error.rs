//! What an SDK error means for the engine.

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_sts::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_sts::operation::RequestId;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use wildfire_engine::model::{Call, CloudError, ErrorKind, redactor};

use crate::gate::Closed;
use crate::genuine::{Foreign, bare_refusal};
use crate::permission;

/// Turns an SDK error of the call `name` (`ec2:CreateVpc`) into ours. The request's content is left out.
pub(crate) fn cloud_error<E>(name: &str, error: &SdkError<E, HttpResponse>) -> CloudError
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    let (service, operation) = name.split_once(':').unwrap_or(("aws", name));
    let request_id = match error {
        SdkError::ServiceError(context) => {
            context.err().meta().request_id().or_else(|| context.raw().headers().get("x-amzn-requestid"))
        }
        SdkError::ResponseError(context) => context.raw().headers().get("x-amzn-requestid"),
        _ => None,
    };
    let call = Call {
        service: service.to_string(),
        operation: operation.to_string(),
        request_id: request_id.map(String::from),
    };
    let (kind, code, message) = match error {
        SdkError::ServiceError(context) => {
            let status = context.raw().status().as_u16();
            let (bare_code, bare_message) = bare_refusal(context.raw()).unzip();
            let code = context.err().code().map(String::from).or(bare_code);
            let message = context.err().message().map(String::from).or(bare_message);
            let message = message.filter(|message| !message.is_empty());
            let message = message.unwrap_or_else(|| match &code {
                Some(code) => format!("AWS answered {code} (HTTP {status})"),
                None => format!("AWS answered with HTTP {status} and no explanation"),
            });
            (kind_of(operation, code.as_deref(), status, &message), code, message)
        }
        SdkError::ResponseError(context) => match caused_by::<Foreign>(error) {
            Some(foreign) if foreign.may_pass() => (ErrorKind::Ambiguous, None, foreign.to_string()),
            Some(foreign) => (ErrorKind::Unreadable, None, foreign.to_string()),
            None => {
                let status = context.raw().status().as_u16();
                (ErrorKind::Ambiguous, None, format!("the reply (HTTP {status}) could not be read: {}", chain(error)))
            }
        },
        SdkError::TimeoutError(_) => (ErrorKind::Ambiguous, None, "AWS did not answer in time".to_string()),
        SdkError::DispatchFailure(_) if caused_by::<Closed>(error).is_some() => {
            (ErrorKind::NotSent, None, Closed.to_string())
        }
        SdkError::DispatchFailure(_) | SdkError::ConstructionFailure(_) if mentions_credentials(error) => {
            (ErrorKind::NoCredentials, None, about_credentials(error))
        }
        SdkError::DispatchFailure(failure) => {
            let text = chain(error);
            let kind = if failure.is_user() || text.contains("ConnectError") || text.contains("error trying to connect")
            {
                ErrorKind::NotSent
            } else {
                ErrorKind::Ambiguous
            };
            (kind, None, format!("no reply from AWS: {text}"))
        }
        SdkError::ConstructionFailure(_) => (ErrorKind::NotSent, None, chain(error)),
        _ => (ErrorKind::Ambiguous, None, chain(error)),
    };
    let permissions = match kind {
        ErrorKind::AccessDenied => permission::needed(service, operation, &message),
        _ => Vec::new(),
    };
    // AWS may repeat what it was sent.
    let message = redactor::filter(&message).into_owned();
    CloudError { kind, code, message, call: Some(call), permissions }
}

/// The messages of an error and its sources, without repetitions.
pub(crate) fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut out = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        let text = inner.to_string();
        if !out.contains(&text) {
            out.push_str(": ");
            out.push_str(&text);
        }
        source = inner.source();
    }
    out
}

/// What the provider of credentials says, without the layers around it.
fn about_credentials(error: &(dyn std::error::Error + 'static)) -> String {
    // A process that gives credentials ends its words with a line.
    chain(caused_by::<CredentialsError>(error).map_or(error, |inner| inner)).trim().to_string()
}

fn mentions_credentials(error: &(dyn std::error::Error + 'static)) -> bool {
    caused_by::<CredentialsError>(error).is_some() || chain(error).contains("credentials")
}

/// The error of the type among an error and its sources.
fn caused_by<'a, E: std::error::Error + 'static>(error: &'a (dyn std::error::Error + 'static)) -> Option<&'a E> {
    std::iter::successors(Some(error), |error| error.source()).find_map(|error| error.downcast_ref())
}

/// The meaning of an error code. The codes are those of the services' API references.
fn kind_of(operation: &str, code: Option<&str>, status: u16, message: &str) -> ErrorKind {
    let Some(code) = code else {
        return match status {
            // A reply of which the SDK could make nothing.
            200..=299 => ErrorKind::Unreadable,
            401 | 403 => ErrorKind::AccessDenied,
            404 => ErrorKind::NotFound,
            409 => ErrorKind::Busy,
            429 | 503 => ErrorKind::Throttled,
            500.. => ErrorKind::Ambiguous,
            _ => ErrorKind::Rejected,
        };
    };
    const DENIED: [&str; 9] = [
        "AccessDenied",
        "AccessDeniedException",
        "UnauthorizedOperation",
        "AuthorizationError",
        "AuthorizationErrorException",
        "Forbidden",
        "403",
        "NotAuthorized",
        "UnauthorizedAccess",
    ];
    const CREDENTIALS: [&str; 12] = [
        "ExpiredToken",
        "ExpiredTokenException",
        "RequestExpired",
        "InvalidClientTokenId",
        "UnrecognizedClientException",
        "InvalidAccessKeyId",
        "SignatureDoesNotMatch",
        "AuthFailure",
        "InvalidToken",
        "MissingAuthenticationToken",
        "TokenRefreshRequired",
        "IncompleteSignature",
    ];
    const THROTTLED: [&str; 13] = [
        "Throttling",
        "ThrottlingException",
        "ThrottledException",
        "RequestThrottled",
        "RequestThrottledException",
        "RequestLimitExceeded",
        "TooManyRequestsException",
        "TooManyRequests",
        "SlowDown",
        "BandwidthLimitExceeded",
        "ProvisionedThroughputExceededException",
        "EC2ThrottledException",
        "PriorRequestNotComplete",
    ];
    if DENIED.contains(&code) {
        return ErrorKind::AccessDenied;
    }
    if CREDENTIALS.contains(&code) {
        return ErrorKind::NoCredentials;
    }
    if THROTTLED.contains(&code) || code.starts_with("Throttl") {
        return ErrorKind::Throttled;
    }
    let creates = operation.starts_with("Create") || operation.starts_with("Put") || operation.starts_with("Allocate");
    if code.contains("NotFound")
        || code.starts_with("NoSuch")
        || code.ends_with(".Unknown")
        || code == "NonExistentQueue"
    {
        return ErrorKind::NotFound;
    }
    if code.contains("NonExistentQueue") || code == "QueueDoesNotExist" || code.contains("DoesNotExist") {
        return ErrorKind::NotFound;
    }
    if code.contains("AlreadyExists")
        || code.contains("AlreadyOwnedByYou")
        || code.contains("Duplicate")
        || code.ends_with("Exists")
        || code.ends_with("ExistsFault")
        || (creates && matches!(code, "ResourceInUseException" | "AlreadyExistsException"))
    {
        return ErrorKind::AlreadyExists;
    }
    const BUSY: [&str; 19] = [
        "DependencyViolation",
        "DeleteConflict",
        "DeleteConflictException",
        "ConcurrentModification",
        "ConcurrentModificationException",
        "ConflictException",
        "OperationAborted",
        "OperationAbortedException",
        "ResourceInUse",
        "ResourceInUseException",
        "ResourceNotReadyException",
        "EntityTemporarilyUnmodifiable",
        "LimitExceededException",
        "IncorrectState",
        "KMSInvalidStateException",
        "HostedZoneNotEmpty",
        "QueueDeletedRecently",
        "AWS.SimpleQueueService.QueueDeletedRecently",
        "InvalidIPAddress.InUse",
    ];
    if BUSY.contains(&code) || code.starts_with("Invalid") && code.contains("State") || code.ends_with("InUse") {
        return ErrorKind::Busy;
    }
    if role_not_visible_yet(message) {
        return ErrorKind::Busy;
    }
    match status {
        404 => ErrorKind::NotFound,
        429 => ErrorKind::Throttled,
        503 if code == "ServiceUnavailable" => ErrorKind::Throttled,
        500.. => ErrorKind::Ambiguous,
        _ => ErrorKind::Rejected,
    }
}

/// A role that was created a moment ago is not visible to every service yet (IAM is eventually consistent). Services
/// refuse it in words of their own: these are what EC2, Lambda, EKS, RDS and the policy checks answer.
fn role_not_visible_yet(message: &str) -> bool {
    const WORDS: [&str; 9] = [
        "cannot be assumed",
        "could not be assumed",
        "not authorized to perform",
        "Invalid principal",
        "Error in role params",
        "does not include the required permissions",
        "doesn't have the Amazon EKS Managed Policies",
        "IAM role's policy must include",
        "not found in the trust relationships",
    ];
    let message_names_one = ["role", "Role", "principal"].iter().any(|word| message.contains(word));
    let role_arn_unknown = message.contains(":role/") && message.contains("does not exist");
    message_names_one && (role_arn_unknown || WORDS.iter().any(|words| message.contains(words)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_role_is_waited_for() {
        let waits = |message| kind_of("CreateCluster", Some("InvalidParameterException"), 400, message);
        let role = "Role with arn: arn:aws:iam::123456789012:role/eks, could not be assumed because it does not exist";
        assert_eq!(waits(role), ErrorKind::Busy);
        assert_eq!(waits("roleArn, arn:aws:iam::123456789012:role/eks, does not exist"), ErrorKind::Busy);
        assert_eq!(waits("The subnet ID 'subnet-1' does not exist"), ErrorKind::Rejected);
        assert_eq!(waits("unsupported Kubernetes version"), ErrorKind::Rejected);
    }
}
