//! What a type of S3 starts from.

#![allow(unused_imports)]

pub(super) use async_trait::async_trait;
pub(super) use aws_sdk_s3::types as sdk;
pub(super) use serde::{Deserialize, Serialize};
pub(super) use wildfire_derive::{Fields, Sdk};
pub(super) use wildfire_engine::model::{
    CloudError, CreateOnce, ErrorKind, LagReply, Operation, PhysicalId, Problem, ReadRequest, Recover, Relations, Value,
};

pub(super) use super::lags;
pub(super) use super::operations::*;
pub(super) use super::setting::{BucketKey, Setting, create_setting, find_setting, read_settings};
pub(super) use crate::Aws;
pub(super) use crate::connection::call::absent_is_none;
pub(super) use crate::kind::convert::{FromSdk, ToSdk, Unfit, filled, incoming, incomplete, outgoing, problem};
pub(super) use crate::kind::resource::{Calls, Change, Read, Refused, Resource, asks_for};
pub(super) use crate::kind::tags::{Tagged, Tags};
pub(super) use crate::{calls, updates};
