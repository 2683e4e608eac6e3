//! Which permission a denied call asked for.

/// The actions that the credentials would have to be allowed: what AWS says, or else what the operation needs. Operations
/// and actions have the same name nearly everywhere but in S3.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html>
pub(crate) fn needed(service: &str, operation: &str, message: &str) -> Vec<String> {
    if let Some(action) = named(message) {
        return vec![action];
    }
    let action = match (service, operation) {
        ("s3", "HeadBucket" | "ListObjectsV2") => "ListBucket",
        ("s3", "ListObjectVersions") => "ListBucketVersions",
        ("s3", "ListBuckets") => "ListAllMyBuckets",
        ("s3", "DeleteObjects") => "DeleteObject",
        ("s3", "GetBucketCors") => "GetBucketCORS",
        ("s3", "PutBucketCors" | "DeleteBucketCors") => "PutBucketCORS",
        ("s3", "GetBucketEncryption") => "GetEncryptionConfiguration",
        ("s3", "PutBucketEncryption" | "DeleteBucketEncryption") => "PutEncryptionConfiguration",
        ("s3", "GetBucketLifecycleConfiguration") => "GetLifecycleConfiguration",
        ("s3", "PutBucketLifecycleConfiguration" | "DeleteBucketLifecycle") => "PutLifecycleConfiguration",
        ("s3", "GetObjectLockConfiguration") => "GetBucketObjectLockConfiguration",
        ("s3", "GetPublicAccessBlock") => "GetBucketPublicAccessBlock",
        ("s3", "PutPublicAccessBlock" | "DeletePublicAccessBlock") => "PutBucketPublicAccessBlock",
        ("s3", "DeleteBucketOwnershipControls") => "PutBucketOwnershipControls",
        ("s3", "CreateBucket") => return vec!["s3:CreateBucket".into(), "s3:TagResource".into()],
        // Without the second, S3 says of an object that does not exist that it is denied.
        ("s3", "GetObject") => return vec!["s3:GetObject".into(), "s3:ListBucket".into()],
        (_, operation) => operation,
    };
    vec![format!("{service}:{action}")]
}

/// `s3:TagResource`, from "… is not authorized to perform: s3:TagResource on resource: …".
fn named(message: &str) -> Option<String> {
    let (_, rest) = message.split_once("not authorized to perform: ")?;
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != ':' && c != '-').unwrap_or(rest.len());
    let action = rest[..end].trim_end_matches(':');
    action.split_once(':').filter(|(service, name)| !service.is_empty() && !name.is_empty())?;
    Some(action.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_aws_names_counts() {
        let message = "User: arn:aws:iam::123456789012:user/ann is not authorized to perform: s3:TagResource on resource: \
                       \"arn:aws:s3:::images\" because no identity-based policy allows the s3:TagResource action";
        assert_eq!(needed("s3", "CreateBucket", message), ["s3:TagResource"]);
        assert_eq!(needed("ec2", "DescribeVpcs", "not authorized to perform: this"), ["ec2:DescribeVpcs"]);
    }

    #[test]
    fn an_operation_with_another_name_than_its_action() {
        assert_eq!(needed("s3", "HeadBucket", ""), ["s3:ListBucket"]);
        assert_eq!(needed("s3", "GetObject", "Access Denied"), ["s3:GetObject", "s3:ListBucket"]);
        assert_eq!(needed("kms", "DescribeKey", "no"), ["kms:DescribeKey"]);
    }
}
