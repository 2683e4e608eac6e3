//! How the instances of a launch template are paid for: reservations and spot.

use aws_sdk_ec2::types as sdk;
use serde::{Deserialize, Serialize};
use wildfire_derive::{Fields, Sdk};

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::LaunchTemplateCapacityReservationSpecificationResponse, into = sdk::LaunchTemplateCapacityReservationSpecificationRequest, filled)]
pub struct CapacityReservation {
    /// `open`, `none` or `capacity-reservations-only`.
    capacity_reservation_preference: Option<String>,
    /// The reservation to use.
    capacity_reservation_target: Option<CapacityReservationTarget>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::CapacityReservationTargetResponse, into = sdk::CapacityReservationTarget, filled)]
pub struct CapacityReservationTarget {
    /// The reservation.
    capacity_reservation_id: Option<String>,
    /// A group of reservations.
    capacity_reservation_resource_group_arn: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::LaunchTemplateInstanceMarketOptions, into = sdk::LaunchTemplateInstanceMarketOptionsRequest, filled)]
pub struct InstanceMarketOptions {
    /// `spot` or `capacity-block`.
    market_type: Option<String>,
    /// How spot instances are bought.
    spot_options: Option<SpotOptions>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::LaunchTemplateSpotMarketOptions, into = sdk::LaunchTemplateSpotMarketOptionsRequest, filled)]
pub struct SpotOptions {
    /// For how many minutes an instance is safe from interruption.
    block_duration_minutes: Option<i64>,
    /// What an interruption does: `hibernate`, `stop` or `terminate`.
    instance_interruption_behavior: Option<String>,
    /// The highest price per hour, in dollars.
    #[field(forms = Number)]
    max_price: Option<String>,
    /// `one-time` or `persistent`.
    spot_instance_type: Option<String>,
    /// The end of the request, as `2030-01-31T12:00:00Z`.
    #[field(aws_default, forms = Timestamp)]
    valid_until: Option<String>,
}
