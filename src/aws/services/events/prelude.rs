//! What a type of EventBridge starts from.

#![allow(unused_imports)]

pub(super) use async_trait::async_trait;
pub(super) use aws_sdk_eventbridge::types as sdk;
pub(super) use futures::future::join_all;
pub(super) use serde::{Deserialize, Serialize};
pub(super) use wildfire_derive::{Fields, Sdk};
pub(super) use wildfire_engine::model::{
    CloudError, CreateOnce, ErrorKind, LagReply, NaturalKey, Operation, PhysicalId, Problem, ReadRequest, Readiness,
    Recover, Relations, Value,
};

pub(super) use super::lags;
pub(super) use super::operations::*;
pub(super) use crate::Aws;
pub(super) use crate::connection::call::{absent_is_none, gone_is_fine};
pub(super) use crate::kind::convert::{
    Built, Fill, FromSdk, ToSdk, Unfit, filled, incoming, incomplete, int, outgoing, problem, sent_tags,
};
pub(super) use crate::kind::resource::{
    Calls, Change, Read, Refused, Resource, TagsTogether, all_failed, asks_for, each, found_by_id,
};
pub(super) use crate::kind::tags::{Tagged, Tags, TagsOfNew, made_by, made_by_another, retag};
pub(super) use crate::{calls, updates};
