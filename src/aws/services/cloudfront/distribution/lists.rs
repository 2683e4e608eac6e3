//! Lists of a distribution in CloudFront's shape, which says of each how long it is.

use super::behavior::{FunctionAssociation, LambdaAssociation, OrderedBehavior};
use super::blocks::{ErrorResponse, OriginGroup, OriginGroupMember};
use super::origin::{Origin, OriginHeader};
use crate::services::cloudfront::names::quantity;
use crate::services::cloudfront::prelude::*;

macro_rules! lists {
    ($($list:ident of $item:ty: $items:expr),* $(,)?) => {$(
        impl FromSdk<sdk::$list> for Vec<$item> {
            fn from_sdk(live: sdk::$list) -> Result<Self, Unfit> {
                let items = $items;
                <Self as FromSdk<Vec<_>>>::from_sdk(items(live))
            }
        }

        impl ToSdk<sdk::$list> for Vec<$item> {
            fn to_sdk(&self) -> Result<sdk::$list, Unfit> {
                let items = ToSdk::<Vec<_>>::to_sdk(self)?;
                sdk::$list::builder().quantity(quantity(self)).set_items(Some(items)).build().built()
            }
        }
    )*};
}

lists!(
    Aliases of String: |live: sdk::Aliases| live.items.unwrap_or_default(),
    CacheBehaviors of OrderedBehavior: |live: sdk::CacheBehaviors| live.items.unwrap_or_default(),
    CookieNames of String: |live: sdk::CookieNames| live.items.unwrap_or_default(),
    CustomErrorResponses of ErrorResponse: |live: sdk::CustomErrorResponses| live.items.unwrap_or_default(),
    CustomHeaders of OriginHeader: |live: sdk::CustomHeaders| live.items.unwrap_or_default(),
    FunctionAssociations of FunctionAssociation: |live: sdk::FunctionAssociations| live.items.unwrap_or_default(),
    Headers of String: |live: sdk::Headers| live.items.unwrap_or_default(),
    KeyPairIds of String: |live: sdk::KeyPairIds| live.items.unwrap_or_default(),
    LambdaFunctionAssociations of LambdaAssociation:
        |live: sdk::LambdaFunctionAssociations| live.items.unwrap_or_default(),
    OriginGroupMembers of OriginGroupMember: |live: sdk::OriginGroupMembers| live.items,
    OriginGroups of OriginGroup: |live: sdk::OriginGroups| live.items.unwrap_or_default(),
    OriginSslProtocols of String: |live: sdk::OriginSslProtocols| live.items,
    Origins of Origin: |live: sdk::Origins| live.items,
    QueryStringCacheKeys of String: |live: sdk::QueryStringCacheKeys| live.items.unwrap_or_default(),
    StatusCodes of i64: |live: sdk::StatusCodes| live.items,
);

/// Lists that also say whether there is anything in them.
macro_rules! trusted {
    ($($list:ident),*) => {$(
        impl FromSdk<sdk::$list> for Vec<String> {
            fn from_sdk(live: sdk::$list) -> Result<Self, Unfit> {
                Ok(live.items.unwrap_or_default())
            }
        }

        impl ToSdk<sdk::$list> for Vec<String> {
            fn to_sdk(&self) -> Result<sdk::$list, Unfit> {
                let list = sdk::$list::builder().enabled(!self.is_empty()).quantity(quantity(self));
                list.set_items(Some(self.clone())).build().built()
            }
        }
    )*};
}

trusted!(TrustedKeyGroups, TrustedSigners);

/// A list with nothing in it, in CloudFront's shape. Updates want to be told even that.
pub(super) fn none<S, T>() -> Result<S, Unfit>
where
    Vec<T>: ToSdk<S>,
{
    Vec::<T>::new().to_sdk()
}
