//! What a type of ACM starts from.

#![allow(unused_imports)]

pub(in crate::services::acm) use async_trait::async_trait;
pub(in crate::services::acm) use aws_sdk_acm::types as sdk;
pub(in crate::services::acm) use futures::future::join_all;
pub(in crate::services::acm) use serde::{Deserialize, Serialize};
pub(in crate::services::acm) use wildfire_derive::{Fields, Sdk};
pub(in crate::services::acm) use wildfire_engine::model::{
    CloudError, CreateOnce, ErrorKind, LagReply, Operation, PhysicalId, Problem, ReadRequest, Readiness, Recover,
    Relations, Value,
};

pub(in crate::services::acm) use super::lags;
pub(in crate::services::acm) use super::operations::*;
pub(in crate::services::acm) use crate::Aws;
pub(in crate::services::acm) use crate::connection::call::absent_is_none;
pub(in crate::services::acm) use crate::kind::convert::{
    Built, Fill, FromSdk, ToSdk, Unfit, filled, incoming, incoming_text, outgoing, problem, sent_tags,
};
pub(in crate::services::acm) use crate::kind::ownership::{Candidate, only_made_by};
pub(in crate::services::acm) use crate::kind::resource::{Calls, Change, Read, Refused, Resource, asks_for};
pub(in crate::services::acm) use crate::kind::tags::{Tagged, Tags, retag};
pub(in crate::services::acm) use crate::{calls, updates};
