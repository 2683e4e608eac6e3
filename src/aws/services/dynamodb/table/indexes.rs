//! Changing the global indexes of a table: which change comes next.
//!
//! DynamoDB makes or removes one index at a time, and takes minutes to hours for it. The next change follows from what
//! the table looks like now, so that an update that was cut off goes on where it stopped.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::types as sdk;
use wildfire_engine::model::CloudError;

use super::blocks::{Attribute, GlobalIndex, OnDemandThroughput, throughput};
use crate::kind::convert::{ToSdk, incomplete, outgoing};

/// The next thing to do with a table's indexes.
#[derive(Clone, Debug, PartialEq)]
pub enum Next {
    Remove(String),
    Make(GlobalIndex),
    /// Capacities only; these may be sent together.
    Resize(Vec<GlobalIndex>),
}

/// The change that comes next, and whether it is the last one.
pub fn next(live: &[GlobalIndex], want: &[GlobalIndex]) -> Option<(Next, bool)> {
    let named =
        |indexes: &[GlobalIndex], name: &Option<String>| indexes.iter().find(|index| index.name == *name).cloned();
    // Before an index is made again under its name, the old one has to go.
    let gone = live.iter().filter(|index| named(want, &index.name).is_none_or(|wanted| !same_shape(index, &wanted)));
    let gone: Vec<String> = gone.filter_map(|index| index.name.clone()).collect();
    let made: Vec<&GlobalIndex> =
        want.iter().filter(|index| named(live, &index.name).is_none_or(|old| !same_shape(&old, index))).collect();
    let resized: Vec<GlobalIndex> = want
        .iter()
        .filter(|index| named(live, &index.name).is_some_and(|old| same_shape(&old, index) && !same_size(&old, index)))
        .cloned()
        .collect();
    let changes = gone.len() + made.len() + usize::from(!resized.is_empty());
    let first = match (gone.into_iter().next(), made.first(), resized.is_empty()) {
        (Some(name), _, _) => Next::Remove(name),
        (None, Some(index), _) => Next::Make((*index).clone()),
        (None, None, false) => Next::Resize(resized),
        (None, None, true) => return None,
    };
    Some((first, changes == 1))
}

fn same_shape(a: &GlobalIndex, b: &GlobalIndex) -> bool {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let set = |values: &Option<Vec<String>>| values.iter().flatten().cloned().collect::<BTreeSet<_>>();
    text(&a.hash_key) == text(&b.hash_key)
        && text(&a.range_key) == text(&b.range_key)
        && text(&a.projection_type) == text(&b.projection_type)
        && set(&a.non_key_attributes) == set(&b.non_key_attributes)
}

/// What is not declared is as it should be.
fn same_size(live: &GlobalIndex, want: &GlobalIndex) -> bool {
    let same = |live: Option<i64>, want: Option<i64>| want.is_none_or(|want| live.unwrap_or(0) == want);
    let most = |of: &GlobalIndex, pick: fn(&OnDemandThroughput) -> Option<i64>| {
        of.on_demand_throughput.as_ref().and_then(pick)
    };
    let same_most = |pick| most(want, pick).is_none_or(|want| most(live, pick).unwrap_or(-1) == want);
    same(live.read_capacity, want.read_capacity)
        && same(live.write_capacity, want.write_capacity)
        && same_most(|most| most.max_read_request_units)
        && same_most(|most| most.max_write_request_units)
}

/// A change as DynamoDB wants it.
pub fn to_sdk(next: &Next, provisioned: bool) -> Result<Vec<sdk::GlobalSecondaryIndexUpdate>, CloudError> {
    let update = sdk::GlobalSecondaryIndexUpdate::builder();
    Ok(match next {
        Next::Remove(name) => {
            let action = sdk::DeleteGlobalSecondaryIndexAction::builder().index_name(name).build();
            vec![update.delete(action.map_err(incomplete)?).build()]
        }
        Next::Make(index) => {
            let index = index.to_sdk(provisioned)?;
            let action = sdk::CreateGlobalSecondaryIndexAction::builder()
                .index_name(index.index_name)
                .set_key_schema(Some(index.key_schema))
                .set_projection(index.projection)
                .set_provisioned_throughput(index.provisioned_throughput)
                .set_on_demand_throughput(index.on_demand_throughput)
                .build();
            vec![update.create(action.map_err(incomplete)?).build()]
        }
        Next::Resize(indexes) => {
            indexes.iter().map(|index| resize(index, provisioned)).collect::<Result<Vec<_>, _>>()?
        }
    })
}

/// The update that gives an index its capacity.
pub fn resize(index: &GlobalIndex, provisioned: bool) -> Result<sdk::GlobalSecondaryIndexUpdate, CloudError> {
    let most = index.on_demand_throughput.clone().filter(|_| !provisioned);
    let action = sdk::UpdateGlobalSecondaryIndexAction::builder()
        .set_index_name(index.name.clone())
        .set_provisioned_throughput(throughput(provisioned, index.read_capacity, index.write_capacity)?)
        .set_on_demand_throughput(outgoing(&most, "on_demand_throughput")?)
        .build()
        .map_err(incomplete)?;
    Ok(sdk::GlobalSecondaryIndexUpdate::builder().update(action).build())
}

/// The definitions of the attributes that are keys of the table or an index: DynamoDB refuses any other.
pub fn definitions<'a>(
    keys: impl IntoIterator<Item = &'a str>,
    declared: &[Attribute],
    live: &[Attribute],
) -> Result<Vec<sdk::AttributeDefinition>, CloudError> {
    let keys: BTreeSet<&str> = keys.into_iter().filter(|key| !key.is_empty()).collect();
    keys.into_iter()
        .filter_map(|key| declared.iter().chain(live).find(|attribute| attribute.name.as_deref() == Some(key)))
        .map(|attribute| Ok(attribute.to_sdk()?))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index(name: &str, hash: &str, read: Option<i64>) -> GlobalIndex {
        GlobalIndex {
            name: Some(name.into()),
            hash_key: Some(hash.into()),
            projection_type: Some("ALL".into()),
            read_capacity: read,
            ..GlobalIndex::default()
        }
    }

    #[test]
    fn an_index_with_other_keys_goes_first_and_comes_back() {
        let live = [index("by-owner", "owner", None)];
        let want = [index("by-owner", "tenant", None)];
        assert_eq!(next(&live, &want), Some((Next::Remove("by-owner".into()), false)));
        assert_eq!(next(&[], &want), Some((Next::Make(want[0].clone()), true)));
        assert_eq!(next(&want, &want), None);
    }

    #[test]
    fn undeclared_capacity_is_no_change() {
        let live = [index("a", "x", Some(0)), index("b", "x", Some(5))];
        assert_eq!(next(&live, &[index("a", "x", None), index("b", "x", Some(5))]), None);
        let resized = index("b", "x", Some(7));
        let expected = Next::Resize(vec![resized.clone()]);
        assert_eq!(next(&live, &[index("a", "x", None), resized]), Some((expected, true)));
    }

    #[test]
    fn only_attributes_of_keys_are_defined() {
        let attribute = |name: &str| Attribute { name: Some(name.into()), r#type: Some("S".into()) };
        let declared = [attribute("id"), attribute("owner"), attribute("later")];
        let names: Vec<String> = definitions(["id", "old", "owner"], &declared, &[attribute("old")])
            .unwrap()
            .into_iter()
            .map(|definition| definition.attribute_name)
            .collect();
        assert_eq!(names, ["id", "old", "owner"]);
    }
}
