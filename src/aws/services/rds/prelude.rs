//! What a type of RDS starts from.

#![allow(unused_imports)]

pub(in crate::services::rds) use async_trait::async_trait;
pub(in crate::services::rds) use aws_sdk_rds::types as sdk;
pub(in crate::services::rds) use serde::{Deserialize, Serialize};
pub(in crate::services::rds) use wildfire_derive::{Fields, Sdk};
pub(in crate::services::rds) use wildfire_engine::model::{
    CloudError, CreateOnce, ErrorKind, LagReply, Operation, PhysicalId, Problem, ReadRequest, Readiness, Recover,
    Relations, Value,
};

pub(in crate::services::rds) use super::operations::*;
pub(in crate::services::rds) use super::{lags, tagging};
pub(in crate::services::rds) use crate::Aws;
pub(in crate::services::rds) use crate::kind::by_name::{
    Group, find_group, lower_case_id, lower_case_name, read_groups,
};
pub(in crate::services::rds) use crate::kind::convert::{Fill, FillChanges, FromSdk};
pub(in crate::services::rds) use crate::kind::parameters;
pub(in crate::services::rds) use crate::kind::resource::{Calls, Change, Read, Refused, Resource};
pub(in crate::services::rds) use crate::kind::tags::{Tagged, Tags};
pub(in crate::services::rds) use crate::{calls, updates};
