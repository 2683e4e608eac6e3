//! What is scaled: `NAMESPACE/RESOURCE/DIMENSION`, and the name of what scales it after that.

use wildfire_engine::model::{PhysicalId, Value};

/// The parts of an id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key<'a> {
    pub namespace: &'a str,
    pub resource: &'a str,
    pub dimension: &'a str,
    /// Empty of a target.
    pub name: &'a str,
}

impl<'a> Key<'a> {
    /// Resources have slashes in their names, and so may policies. The dimension is the first part that begins with the
    /// namespace, as `ecs:service:DesiredCount` does.
    pub(super) fn of(id: &'a str) -> Self {
        let (namespace, rest) = id.split_once('/').unwrap_or((id, ""));
        let is_dimension = |part: &str| {
            part.strip_prefix(namespace).is_some_and(|rest| rest.starts_with(':')) && part.matches(':').count() == 2
        };
        let mut at = 0;
        for part in rest.split('/') {
            if at > 0 && is_dimension(part) {
                let name = rest.get(at + part.len() + 1..).unwrap_or_default();
                return Self { namespace, resource: &rest[..at - 1], dimension: part, name };
            }
            at += part.len() + 1;
        }
        Self { namespace, resource: rest, dimension: "", name: "" }
    }

    pub(super) fn id(self) -> PhysicalId {
        let Self { namespace, resource, dimension, name } = self;
        match name {
            "" => format!("{namespace}/{resource}/{dimension}").into(),
            name => format!("{namespace}/{resource}/{dimension}/{name}").into(),
        }
    }
}

/// The id of what the properties declare; `name` is the property with the name, of what has one.
pub(super) fn natural(properties: &Value, name: Option<&str>) -> Option<PhysicalId> {
    let text = |name: &str| properties.get(name)?.as_str();
    let key = Key {
        namespace: text("service_namespace")?,
        resource: text("resource_id")?,
        dimension: text("scalable_dimension")?,
        name: match name {
            Some(name) => text(name)?,
            None => "",
        },
    };
    Some(key.id())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_taken_apart() {
        for id in [
            "ecs/service/main/web/ecs:service:DesiredCount",
            "ecs/service/main/web/ecs:service:DesiredCount/by/load",
            "dynamodb/table/orders/index/by-day/dynamodb:index:ReadCapacityUnits/load",
            "rds/cluster:orders/rds:cluster:ReadReplicaCount",
        ] {
            assert_eq!(Key::of(id).id().as_str(), id);
        }
        let key = Key::of("ecs/service/main/web/ecs:service:DesiredCount/by/load");
        assert_eq!((key.resource, key.dimension), ("service/main/web", "ecs:service:DesiredCount"));
        assert_eq!((key.namespace, key.name), ("ecs", "by/load"));
        assert_eq!(Key::of("broken").dimension, "");
    }
}
