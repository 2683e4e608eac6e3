//! What a type of ElastiCache starts from.

#![allow(unused_imports)]

pub(in crate::services::elasticache) use async_trait::async_trait;
pub(in crate::services::elasticache) use aws_sdk_elasticache::types as sdk;
pub(in crate::services::elasticache) use serde::{Deserialize, Serialize};
pub(in crate::services::elasticache) use wildfire_derive::{Fields, Sdk};
pub(in crate::services::elasticache) use wildfire_engine::model::{
    CloudError, CreateOnce, ErrorKind, LagReply, Operation, PhysicalId, Problem, ReadRequest, Readiness, Recover,
    Relations, Value,
};

pub(in crate::services::elasticache) use super::operations::*;
pub(in crate::services::elasticache) use super::{lags, tagging};
pub(in crate::services::elasticache) use crate::Aws;
pub(in crate::services::elasticache) use crate::kind::by_name::{
    Group, find_group, lower_case_id, lower_case_name, read_groups,
};
pub(in crate::services::elasticache) use crate::kind::convert::{Fill, FillChanges, FromSdk};
pub(in crate::services::elasticache) use crate::kind::parameters;
pub(in crate::services::elasticache) use crate::kind::resource::{Calls, Change, Read, Refused, Resource};
pub(in crate::services::elasticache) use crate::kind::tags::{Tagged, Tags};
pub(in crate::services::elasticache) use crate::{calls, updates};
