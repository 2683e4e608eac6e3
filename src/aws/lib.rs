//! AWS for wildfire: the resource types, and the state bucket and lock table.
//!
//! The only crate that names an AWS SDK. [`Aws`] holds the clients; each folder is a service with one resource
//! type per file; [`registry`] lists them all; [`resource::Resource`] is what a type implements.

#![forbid(unsafe_code)]

mod attempts;
pub mod backend;
mod batch;
mod call;
mod changed;
mod clients;
mod cloud;
mod crc32;
pub mod credentials;
mod error;
#[cfg(test)]
mod fake;
mod gate;
mod genuine;
mod lag;
mod limits;
mod named;
mod not_yet;
mod ownership;
mod pages;
mod parameters;
mod permission;
mod private;
mod regions;
pub mod registry;
#[cfg(test)]
mod replay;
mod request;
pub mod resource;
mod tag_index;
mod tags;
mod windows;

mod data;
mod dynamodb;
mod ec2;
mod eks;
mod elasticache;
mod iam;
mod kms;
mod logs;
mod rds;
mod route53;
mod s3;
mod sns;
mod sqs;

pub use clients::Aws;
pub use cloud::AwsCatalog;
pub use not_yet::NOT_YET;
pub use regions::region_problem;
