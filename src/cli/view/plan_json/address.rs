//! Addresses as Terraform writes them.

use serde_json::json;
use wildfire_engine::model::{Address, Segment};

pub fn name(address: &Address) -> String {
    address.segments().pop().map(|segment| segment.name).unwrap_or_default()
}

pub fn module_address(address: &Address) -> Option<String> {
    let mut segments = address.segments();
    segments.pop();
    if segments.is_empty() {
        return None;
    }
    let part = |segment: &Segment| match &segment.key {
        Some(key) => format!("module.{}[{}]", segment.name, json!(key)),
        None => format!("module.{}", segment.name),
    };
    Some(segments.iter().map(part).collect::<Vec<_>>().join("."))
}

pub fn terraform_address(address: &Address, type_name: &str) -> String {
    let key = address.segments().pop().and_then(|segment| segment.key);
    let mut out = module_address(address).map(|module| format!("{module}.")).unwrap_or_default();
    out.push_str(&format!("{type_name}.{}", name(address)));
    if let Some(key) = key {
        out.push_str(&format!("[{}]", json!(key)));
    }
    out
}
