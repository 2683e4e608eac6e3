//! Lock rows in DynamoDB.

use std::collections::HashMap;

use async_trait::async_trait;
use aws_sdk_dynamodb::types::AttributeValue;
use wildfire_engine::model::{CloudError, DigestKey, redactor};
use wildfire_engine::state::{LockRow, LockTable, RowPut, StoreError};

use crate::Aws;

/// The hash key; Terraform's lock tables have the same, so that one table serves both.
const KEY: &str = "LockID";

/// Rows of one table.
pub struct DynamoLock {
    aws: Aws,
    table: String,
}

impl DynamoLock {
    pub fn new(aws: Aws, table: impl Into<String>) -> Self {
        Self { aws, table: table.into() }
    }

    fn error(&self, key: &str, mut error: CloudError) -> StoreError {
        if error.code.as_deref() == Some("ResourceNotFoundException") {
            return StoreError::Missing(self.location());
        }
        error.message = format!("{}, row {key}: {}", self.location(), error.message);
        StoreError::Cloud(error)
    }
}

fn item(key: &str, row: &LockRow) -> HashMap<String, AttributeValue> {
    let text = |value: &str| AttributeValue::S(value.to_string());
    let mut item = HashMap::from([
        (KEY.to_string(), text(key)),
        ("Epoch".to_string(), AttributeValue::N(row.epoch.to_string())),
        ("Serial".to_string(), AttributeValue::N(row.serial.to_string())),
        ("Version".to_string(), text(&row.version)),
        ("Lease".to_string(), AttributeValue::N(row.lease.to_string())),
        ("Who".to_string(), text(&row.who)),
        ("Why".to_string(), text(&row.why)),
        ("Since".to_string(), text(&row.since)),
        ("Account".to_string(), text(&row.account)),
        ("State".to_string(), text(&row.state)),
    ]);
    if let Some(owner) = &row.owner {
        item.insert("Owner".to_string(), text(owner));
    }
    if row.signed {
        item.insert("Signed".to_string(), AttributeValue::Bool(true));
    }
    if let Some(key) = row.digest_key.text() {
        redactor::learn(&key.into());
        item.insert("DigestKey".to_string(), text(key));
    }
    item
}

/// A key that was read. Should a library log the reply that it came in, it is not shown.
fn digest_key(text: String) -> DigestKey {
    redactor::learn(&text.as_str().into());
    DigestKey::new(text)
}

fn row(item: &HashMap<String, AttributeValue>) -> Option<LockRow> {
    let text = |name: &str| item.get(name).and_then(|value| value.as_s().ok()).cloned();
    let number = |name: &str| item.get(name).and_then(|value| value.as_n().ok()).and_then(|digits| digits.parse().ok());
    Some(LockRow {
        owner: text("Owner"),
        epoch: number("Epoch")?,
        serial: number("Serial").unwrap_or(0),
        version: text("Version")?,
        lease: number("Lease")?,
        who: text("Who").unwrap_or_default(),
        why: text("Why").unwrap_or_default(),
        since: text("Since").unwrap_or_default(),
        account: text("Account").unwrap_or_default(),
        state: text("State").unwrap_or_default(),
        signed: item.get("Signed").and_then(|value| value.as_bool().ok()).copied().unwrap_or(false),
        digest_key: text("DigestKey").map(digest_key).unwrap_or_default(),
    })
}

#[async_trait]
impl LockTable for DynamoLock {
    async fn get(&self, key: &str) -> Result<Option<LockRow>, StoreError> {
        let request = self.aws.store().dynamodb().get_item().table_name(&self.table).consistent_read(true);
        let request = request.key(KEY, AttributeValue::S(key.to_string()));
        let reply = self.aws.call("dynamodb:GetItem", request.send()).await.map_err(|error| self.error(key, error))?;
        let Some(item) = reply.item else { return Ok(None) };
        row(&item).map(Some).ok_or_else(|| StoreError::NotOurs(format!("the row {key:?} of {}", self.location())))
    }

    async fn put(&self, key: &str, row: &LockRow, expected: Option<&str>) -> Result<RowPut, StoreError> {
        let request = self.aws.write().dynamodb().put_item().table_name(&self.table).set_item(Some(item(key, row)));
        let request = match expected {
            None => request.condition_expression("attribute_not_exists(LockID)"),
            // `Version` is a reserved word of DynamoDB's expressions.
            Some(version) => request
                .condition_expression("#version = :version")
                .expression_attribute_names("#version", "Version")
                .expression_attribute_values(":version", AttributeValue::S(version.to_string())),
        };
        match self.aws.call("dynamodb:PutItem", request.send()).await {
            Ok(_) => Ok(RowPut::Written),
            Err(error) if error.code.as_deref() == Some("ConditionalCheckFailedException") => Ok(RowPut::Conflict),
            Err(error) => Err(self.error(key, error)),
        }
    }

    fn location(&self) -> String {
        format!("DynamoDB table {}", self.table)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_survives_the_way_there_and_back() {
        for owner in [None, Some("01J".to_string())] {
            let before = LockRow {
                owner,
                epoch: 7,
                serial: 3,
                version: "v".into(),
                lease: 30,
                who: "ann@host".into(),
                why: "apply test/main".into(),
                since: "2026-01-01T00:00:00Z".into(),
                account: "123456789012".into(),
                state: "s3://shop-test-state".into(),
                signed: true,
                digest_key: DigestKey::new("k"),
            };
            let after = row(&item("test/main", &before)).expect("a row");
            assert_eq!(after.digest_key.text(), Some("k"));
            assert_eq!(after, before);
        }
    }

    #[test]
    fn a_row_of_another_tool_is_not_read_as_ours() {
        let info = HashMap::from([(KEY.to_string(), AttributeValue::S("p".into()))]);
        assert_eq!(row(&info), None);
    }
}
