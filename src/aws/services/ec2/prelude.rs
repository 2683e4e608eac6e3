//! What a type of EC2 starts from.

#![allow(unused_imports)]

pub(super) use async_trait::async_trait;
pub(super) use aws_sdk_ec2::types::{self as sdk, ResourceType};
pub(super) use serde::{Deserialize, Serialize};
pub(super) use wildfire_derive::{Fields, Sdk};
pub(super) use wildfire_engine::model::{
    CloudError, CreateOnce, ErrorKind, LagReply, NaturalKey, Operation, PhysicalId, Problem, ReadRequest, Readiness,
    Recover, Relations, Value,
};

pub(super) use super::described::{Described, find_described, of_live, one, read_described, retag};
pub(super) use super::lags;
pub(super) use super::operations::*;
pub(super) use crate::Aws;
pub(super) use crate::kind::convert::{Fill, FillChanges, FromSdk, filled, text};
pub(super) use crate::kind::resource::{Calls, Change, Read, Refused, Resource, asks_for};
pub(super) use crate::kind::tags::Tagged;
pub(super) use crate::{calls, updates};
