//! What a type of IAM starts from.

#![allow(unused_imports)]

pub(super) use async_trait::async_trait;
pub(super) use aws_sdk_iam::types as sdk;
pub(super) use serde::{Deserialize, Serialize};
pub(super) use wildfire_derive::{Fields, Sdk};
pub(super) use wildfire_engine::model::{
    CloudError, CreateOnce, ErrorKind, LagReply, NaturalKey, Operation, PhysicalId, Problem, ReadRequest, Recover,
    Relations, Scope, Value,
};

pub(super) use super::account::{self, Entity, Key};
pub(super) use super::lags;
pub(super) use super::name::name_problem;
pub(super) use super::operations::*;
pub(super) use super::tagging;
pub(super) use crate::Aws;
pub(super) use crate::connection::call::absent_is_none;
pub(super) use crate::kind::convert::{Fill, FromSdk, Unfit};
pub(super) use crate::kind::resource::{Calls, Change, Read, Refused, Resource, asks_for, each};
pub(super) use crate::kind::tags::{Tagged, Tags, made_by};
pub(super) use crate::{calls, updates};
