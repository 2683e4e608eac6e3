//! What a type of CloudFront starts from.

#![allow(unused_imports)]

pub(in crate::services::cloudfront) use async_trait::async_trait;
pub(in crate::services::cloudfront) use aws_sdk_cloudfront::types as sdk;
pub(in crate::services::cloudfront) use futures::future::join_all;
pub(in crate::services::cloudfront) use serde::{Deserialize, Serialize};
pub(in crate::services::cloudfront) use wildfire_derive::{Fields, Sdk};
pub(in crate::services::cloudfront) use wildfire_engine::model::{
    CloudError, CreateOnce, LagReply, Operation, PhysicalId, Problem, ReadRequest, Recover, Relations, Scope, Value,
};

pub(in crate::services::cloudfront) use super::kept::{Kept, etag, read_each, same_as_sent};
pub(in crate::services::cloudfront) use super::lags;
pub(in crate::services::cloudfront) use super::operations::*;
pub(in crate::services::cloudfront) use crate::Aws;
pub(in crate::services::cloudfront) use crate::connection::call::{absent_is_none, missing};
pub(in crate::services::cloudfront) use crate::connection::operation::Operation as Named;
pub(in crate::services::cloudfront) use crate::kind::convert::{
    Built, FromSdk, ToSdk, Unfit, filled, incoming, outgoing, problem,
};
pub(in crate::services::cloudfront) use crate::kind::resource::{Calls, Change, Read, Resource, asks_for};
pub(in crate::services::cloudfront) use crate::{calls, updates};
