//! Calls that take many items answer with success and list the items that failed.

use aws_sdk_ec2::types::UnsuccessfulItem;
use wildfire_engine::model::CloudError;

use crate::Aws;
use crate::connection::error::of_item;

/// The error of the only item, as if the call itself had failed with it.
pub(super) fn check(aws: &Aws, call: &str, items: &[UnsuccessfulItem]) -> Result<(), CloudError> {
    let Some(item) = items.first() else { return Ok(()) };
    let error = item.error.as_ref();
    let code = error.and_then(|error| error.code.clone());
    let message = error.and_then(|error| error.message.clone());
    Err(of_item(call, code, message.unwrap_or_else(|| format!("{call} failed for one item")), aws.lags()))
}

#[cfg(test)]
mod tests {
    use aws_sdk_ec2::types::UnsuccessfulItemError;
    use wildfire_engine::model::ErrorKind;

    use super::*;

    #[test]
    fn an_item_that_failed_is_an_error() {
        let item = |code: &str| {
            let error = UnsuccessfulItemError::builder().code(code).message("why").build();
            [UnsuccessfulItem::builder().error(error).build()]
        };
        let aws = crate::connection::fake::silent();
        assert!(check(&aws, "ec2:DeleteFlowLogs", &[]).is_ok());
        let gone = check(&aws, "ec2:DeleteFlowLogs", &item("InvalidFlowLogId.NotFound")).expect_err("it failed");
        assert_eq!((gone.kind, gone.message.as_str()), (ErrorKind::NotFound, "why"));
        let other = check(&aws, "ec2:CreateFlowLogs", &item("InvalidParameter")).expect_err("it failed");
        assert_eq!(other.kind, ErrorKind::Rejected);
    }
}
