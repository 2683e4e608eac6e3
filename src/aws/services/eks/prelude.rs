//! What a type of EKS starts from.

#![allow(unused_imports)]

pub(in crate::services::eks) use async_trait::async_trait;
pub(in crate::services::eks) use aws_sdk_eks::types as sdk;
pub(in crate::services::eks) use serde::{Deserialize, Serialize};
pub(in crate::services::eks) use wildfire_derive::{Fields, Sdk};
pub(in crate::services::eks) use wildfire_engine::model::{
    CloudError, CreateOnce, ErrorKind, LagReply, Operation, PhysicalId, Problem, ReadRequest, Readiness, Recover,
    Relations, Value,
};

pub(in crate::services::eks) use super::operations::*;
pub(in crate::services::eks) use super::{lags, tagging};
pub(in crate::services::eks) use crate::Aws;
pub(in crate::services::eks) use crate::kind::convert::{Fill, FillChanges, FromSdk, filled};
pub(in crate::services::eks) use crate::kind::resource::{Calls, Change, Read, Refused, Resource};
pub(in crate::services::eks) use crate::kind::tags::{Tagged, Tags};
pub(in crate::services::eks) use crate::{calls, updates};
