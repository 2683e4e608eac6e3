//! What is written for the resource types: the metadata of their fields, the conversions between them and the SDK's types,
//! and the names of the operations that they use.
//!
//! `#[derive(Fields)]`: on the struct of a type every field has exactly one of `immutable`, `update = Call`, `computed`
//! or `local`; on a block (`#[fields(block)]`) a field without one does as its block does. What is missing or
//! contradictory does not compile.
//!
//! `#[derive(Sdk)]`: a field is the member of the same name, unless a mark says otherwise. A member that does not exist does
//! not compile.
//!
//! ```ignore
//! #[derive(Fields, Sdk)]
//! #[fields(update = SubnetUpdate)]
//! #[sdk(from = types::Subnet, create = CreateSubnetFluentBuilder)]
//! struct Subnet {
//!     /// The ARN.
//!     #[field(computed, sdk = subnet_arn)]
//!     arn: Option<String>,
//!     /// Whether instances get a public address.
//!     #[field(update = MapPublicIp, after_create, default = false)]
//!     map_public_ip_on_launch: Option<bool>,
//!     #[serde(flatten)]
//!     #[field(tags = Tags)]
//!     tags: Tagged,
//!     /// The VPC.
//!     #[field(immutable, required)]
//!     vpc_id: Option<String>,
//! }
//! ```

#![forbid(unsafe_code)]

mod fields;
mod marks;
mod operations;
mod sdk;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Derives the metadata of the fields.
#[proc_macro_derive(Fields, attributes(fields, field))]
pub fn derive_fields(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    fields::expand(&input).unwrap_or_else(|error| error.to_compile_error()).into()
}

/// Derives conversions from and to the SDK's types.
#[proc_macro_derive(Sdk, attributes(sdk, field))]
pub fn derive_sdk(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    sdk::expand(&input).unwrap_or_else(|error| error.to_compile_error()).into()
}

/// Names the operations of a service, after its name and the crate of its SDK; `*` stands before one that has pages.
#[proc_macro]
pub fn operations(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as operations::Operations);
    operations::expand(&input).into()
}
