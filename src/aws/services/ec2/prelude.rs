//! What a type of EC2 starts from.

#![allow(unused_imports)]

pub(in crate::services::ec2) use async_trait::async_trait;
pub(in crate::services::ec2) use aws_sdk_ec2::types::{self as sdk, ResourceType};
pub(in crate::services::ec2) use serde::{Deserialize, Serialize};
pub(in crate::services::ec2) use wildfire_derive::{Fields, Sdk};
pub(in crate::services::ec2) use wildfire_engine::model::{
    Batch, CloudError, CreateOnce, ErrorKind, LagReply, Literal, Mutation, NaturalKey, Network, Operation, PhysicalId,
    Problem, ReadRequest, Readiness, Recover, Relations, Value,
};

pub(in crate::services::ec2) use super::described::{Described, find_described, of_live, one, read_described, retag};
pub(in crate::services::ec2) use super::lags;
pub(in crate::services::ec2) use super::operations::*;
pub(in crate::services::ec2) use crate::Aws;
pub(in crate::services::ec2) use crate::kind::convert::{Fill, FillChanges, FromSdk, filled, text};
pub(in crate::services::ec2) use crate::kind::resource::{
    Calls, Change, Member, Read, Refused, Resource, TagsTogether, asks_for,
};
pub(in crate::services::ec2) use crate::kind::tags::Tagged;
pub(in crate::services::ec2) use crate::{calls, updates};
