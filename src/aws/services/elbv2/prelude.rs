//! What a type of Elastic Load Balancing starts from.

#![allow(unused_imports)]

pub(super) use async_trait::async_trait;
pub(super) use aws_sdk_elasticloadbalancingv2::types as sdk;
pub(super) use futures::future::join_all;
pub(super) use serde::{Deserialize, Serialize};
pub(super) use wildfire_derive::{Fields, Sdk};
pub(super) use wildfire_engine::model::{
    CloudError, CreateOnce, ErrorKind, LagReply, Operation, PhysicalId, Problem, ReadRequest, Readiness, Recover,
    Relations, Value,
};

pub(super) use super::operations::*;
pub(super) use super::{lags, tagging};
pub(super) use crate::Aws;
pub(super) use crate::connection::call::absent_is_none;
pub(super) use crate::kind::convert::{Fill, FromSdk, ToSdk, Unfit, filled, incoming, outgoing, problem};
pub(super) use crate::kind::ownership::{Candidate, only_made_by};
pub(super) use crate::kind::resource::{
    Calls, Change, Read, Refused, Resource, all_failed, asks_for, each, found_by_id,
};
pub(super) use crate::kind::tags::{Tagged, Tags, made_by};
pub(super) use crate::{calls, updates};
