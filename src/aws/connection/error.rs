//! What an SDK error means for the engine.

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_sts::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_sts::operation::RequestId;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use wildfire_engine::model::{Call, CloudError, ErrorKind, redactor};

use crate::connection::fence::Closed;
use crate::connection::genuine::{Foreign, bare_refusal};
use crate::connection::lag::{self, Lags};
use crate::connection::permission;

/// Turns an SDK error of the call `name` (`ec2:CreateVpc`) into ours. The request's content is left out.
pub(crate) fn cloud_error<E>(name: &str, error: &SdkError<E, HttpResponse>, lags: Lags) -> CloudError
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
    let mut lag = None;
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
            lag = code.as_deref().and_then(|code| lags(name, code, &message));
            (lag::meaning(kind_of(operation, code.as_deref(), status), lag), code, message)
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
    CloudError { kind, code, message, call: Some(call), permissions, lag }
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

/// The error of one item of the call `name`, where the reply as a whole is a success.
pub(crate) fn of_item(name: &str, code: Option<String>, message: String, lags: Lags) -> CloudError {
    let (service, operation) = name.split_once(':').unwrap_or(("aws", name));
    let lag = code.as_deref().and_then(|code| lags(name, code, &message));
    let kind = code.as_deref().map_or(ErrorKind::Rejected, |code| kind_of(operation, Some(code), 400));
    let call = Call { service: service.to_string(), operation: operation.to_string(), request_id: None };
    let message = redactor::filter(&message).into_owned();
    CloudError { kind: lag::meaning(kind, lag), code, message, call: Some(call), permissions: Vec::new(), lag }
}

/// The meaning of an error code. The codes are those of the services' API references.
fn kind_of(operation: &str, code: Option<&str>, status: u16) -> ErrorKind {
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
    let absent = ["NotFound", "NonExistentQueue", "DoesNotExist"];
    if absent.iter().any(|word| code.contains(word)) || code.starts_with("NoSuch") || code.ends_with(".Unknown") {
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
    const BUSY: [&str; 17] = [
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
        "IncorrectState",
        "KMSInvalidStateException",
        "HostedZoneNotEmpty",
        "QueueDeletedRecently",
        "AWS.SimpleQueueService.QueueDeletedRecently",
    ];
    if BUSY.contains(&code) || code.starts_with("Invalid") && code.contains("State") || code.ends_with("InUse") {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn meaning(call: &str, code: &str, message: &str) -> ErrorKind {
        of_item(call, Some(code.to_string()), message.to_string(), crate::registry::lag).kind
    }

    #[test]
    fn what_lags_is_waited_for_in_the_words_of_each_service() {
        let role = "Role with arn: arn:aws:iam::123456789012:role/eks, could not be assumed because it does not exist";
        for (call, code, message) in [
            ("eks:CreateCluster", "InvalidParameterException", role),
            (
                "eks:CreateCluster",
                "InvalidParameterException",
                "Access denied to KMS key arn:aws:kms:eu-west-1:123456789012:key/k due to explicit deny policy or revoked grant",
            ),
            ("sns:CreateTopic", "InvalidParameter", "Invalid parameter: Policy Error: PrincipalNotFound"),
            ("sqs:CreateQueue", "InvalidAttributeValue", "Invalid value for the parameter Policy."),
            ("ec2:CreateFlowLogs", "InvalidParameter", "Unable to assume given IAM role: 'arn:aws:iam::1:role/r'"),
            ("ec2:ReleaseAddress", "AuthFailure", "You do not have permission to access the specified resource."),
            ("s3:PutBucketPolicy", "MalformedPolicy", "Invalid principal in policy"),
            (
                "iam:CreateRole",
                "MalformedPolicyDocument",
                "Invalid principal in policy: \"AWS\":\"arn:aws:iam::1:role/r\"",
            ),
            (
                "logs:CreateLogGroup",
                "AccessDeniedException",
                "The specified KMS key does not exist or is not allowed to be used with LogGroup 'arn:aws:logs:g'",
            ),
            ("dynamodb:CreateTable", "LimitExceededException", "Too many tables"),
        ] {
            assert_eq!(meaning(call, code, message), ErrorKind::Busy, "{call} {code}: {message}");
        }
    }

    #[test]
    fn the_same_words_of_another_call_or_about_something_else_are_refusals() {
        for (call, code, message, kind) in [
            ("eks:CreateCluster", "InvalidParameterException", "unsupported Kubernetes version", ErrorKind::Rejected),
            (
                "eks:CreateCluster",
                "InvalidParameterException",
                "The subnet ID 'subnet-1' does not exist",
                ErrorKind::Rejected,
            ),
            ("sns:Publish", "InvalidParameter", "Policy Error: PrincipalNotFound", ErrorKind::Rejected),
            ("sns:CreateTopic", "InvalidParameter", "Invalid parameter: Topic Name", ErrorKind::Rejected),
            (
                "ec2:ReleaseAddress",
                "AuthFailure",
                "AWS was not able to validate the provided access credentials",
                ErrorKind::NoCredentials,
            ),
            ("iam:DeleteRole", "NoSuchEntity", "The role cannot be found", ErrorKind::NotFound),
            ("iam:AttachRolePolicy", "NoSuchEntity", "The role cannot be found", ErrorKind::NotFound),
            ("kms:CreateKey", "LimitExceededException", "Too many keys", ErrorKind::Rejected),
            (
                "logs:CreateLogGroup",
                "AccessDeniedException",
                "User: u is not authorized to perform: logs:CreateLogGroup",
                ErrorKind::AccessDenied,
            ),
        ] {
            assert_eq!(meaning(call, code, message), kind, "{call} {code}: {message}");
        }
    }
}
