//! Calls that take many items answer with success and list the items that failed.

use aws_sdk_ec2::types::UnsuccessfulItem;
use wildfire_engine::model::{Call, CloudError, ErrorKind};

/// The error of the only item, as if the call itself had failed with it.
pub(super) fn check(call: &str, items: &[UnsuccessfulItem]) -> Result<(), CloudError> {
    let Some(item) = items.first() else { return Ok(()) };
    let error = item.error.as_ref();
    let code = error.and_then(|error| error.code.clone());
    let text = code.as_deref().unwrap_or_default();
    let kind = match text {
        _ if text.contains("NotFound") => ErrorKind::NotFound,
        _ if text.contains("AlreadyExists") => ErrorKind::AlreadyExists,
        "UnauthorizedOperation" | "AccessDenied" => ErrorKind::AccessDenied,
        "RequestLimitExceeded" | "Throttling" => ErrorKind::Throttled,
        "DependencyViolation" | "IncorrectState" => ErrorKind::Busy,
        _ => ErrorKind::Rejected,
    };
    let message = error.and_then(|error| error.message.clone());
    let mut error = CloudError::new(kind, message.unwrap_or_else(|| format!("{call} failed for one item")));
    error.code = code;
    error.call = call.split_once(':').map(|(service, operation)| Call {
        service: service.to_string(),
        operation: operation.to_string(),
        request_id: None,
    });
    Err(error)
}

#[cfg(test)]
mod tests {
    use aws_sdk_ec2::types::UnsuccessfulItemError;

    use super::*;

    #[test]
    fn an_item_that_failed_is_an_error() {
        let item = |code: &str| {
            let error = UnsuccessfulItemError::builder().code(code).message("why").build();
            [UnsuccessfulItem::builder().error(error).build()]
        };
        assert!(check("ec2:DeleteFlowLogs", &[]).is_ok());
        let gone = check("ec2:DeleteFlowLogs", &item("InvalidFlowLogId.NotFound")).expect_err("it failed");
        assert_eq!((gone.kind, gone.message.as_str()), (ErrorKind::NotFound, "why"));
        let other = check("ec2:CreateFlowLogs", &item("InvalidParameter")).expect_err("it failed");
        assert_eq!(other.kind, ErrorKind::Rejected);
    }
}
