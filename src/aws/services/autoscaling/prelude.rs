//! What a type of EC2 Auto Scaling starts from.

#![allow(unused_imports)]

pub(in crate::services::autoscaling) use async_trait::async_trait;
pub(in crate::services::autoscaling) use aws_sdk_autoscaling::types as sdk;
pub(in crate::services::autoscaling) use futures::future::join_all;
pub(in crate::services::autoscaling) use serde::{Deserialize, Serialize};
pub(in crate::services::autoscaling) use wildfire_derive::{Fields, Sdk};
pub(in crate::services::autoscaling) use wildfire_engine::model::{
    CloudError, CreateOnce, ErrorKind, LagReply, Literal, NaturalKey, Operation, PhysicalId, Problem, ReadRequest,
    Readiness, Recover, Relations, Value,
};

pub(in crate::services::autoscaling) use super::operations::*;
pub(in crate::services::autoscaling) use super::{lags, named};
pub(in crate::services::autoscaling) use crate::Aws;
pub(in crate::services::autoscaling) use crate::connection::call::{absent_is_none, gone_is_fine};
pub(in crate::services::autoscaling) use crate::kind::convert::{
    Built, Fill, FromSdk, ToSdk, Unfit, filled, incoming, incomplete, int, outgoing, problem, sent_tags,
};
pub(in crate::services::autoscaling) use crate::kind::ownership::{Candidate, only_made_by};
pub(in crate::services::autoscaling) use crate::kind::resource::{
    Calls, Change, Read, Refused, Resource, all_failed, asks_for, each, found_by_id,
};
pub(in crate::services::autoscaling) use crate::kind::tags::{Tagged, Tags, arn_to_tag, made_by, retag};
pub(in crate::services::autoscaling) use crate::{calls, updates};
