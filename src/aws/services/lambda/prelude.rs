//! What a type of Lambda starts from.

#![allow(unused_imports)]

pub(in crate::services::lambda) use async_trait::async_trait;
pub(in crate::services::lambda) use aws_sdk_lambda::types as sdk;
pub(in crate::services::lambda) use futures::future::join_all;
pub(in crate::services::lambda) use serde::{Deserialize, Serialize};
pub(in crate::services::lambda) use wildfire_derive::{Fields, Sdk};
pub(in crate::services::lambda) use wildfire_engine::model::{
    CloudError, CreateOnce, ErrorKind, LagReply, NaturalKey, Operation, PhysicalId, Problem, ReadRequest, Readiness,
    Recover, Relations, Value,
};

pub(in crate::services::lambda) use super::operations::*;
pub(in crate::services::lambda) use super::{lags, name};
pub(in crate::services::lambda) use crate::Aws;
pub(in crate::services::lambda) use crate::connection::call::{absent_is_none, gone_is_fine};
pub(in crate::services::lambda) use crate::kind::convert::{
    Built, Fill, FromSdk, ToSdk, Unfit, filled, incoming, incomplete, int, outgoing, problem, sent_tags,
};
pub(in crate::services::lambda) use crate::kind::ownership::{Candidate, only_made_by};
pub(in crate::services::lambda) use crate::kind::resource::{
    Calls, Change, Read, Refused, Resource, all_failed, asks_for, each, found_by_id,
};
pub(in crate::services::lambda) use crate::kind::tags::{Tagged, Tags, arn_to_tag, made_by, retag};
pub(in crate::services::lambda) use crate::{calls, updates};
