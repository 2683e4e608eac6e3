//! How the instances of a launch template are paid for: reservations and spot.

use aws_sdk_ec2::types as sdk;
use aws_smithy_types::date_time::{DateTime, Format};
use serde::{Deserialize, Serialize};
use wildfire_derive::Fields;
use wildfire_engine::model::moment;

use super::convert::{filled, int, long, text, word};

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct CapacityReservation {
    /// `open`, `none` or `capacity-reservations-only`.
    capacity_reservation_preference: Option<String>,
    /// The reservation to use.
    capacity_reservation_target: Option<CapacityReservationTarget>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct CapacityReservationTarget {
    /// The reservation.
    capacity_reservation_id: Option<String>,
    /// A group of reservations.
    capacity_reservation_resource_group_arn: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct InstanceMarketOptions {
    /// `spot` or `capacity-block`.
    market_type: Option<String>,
    /// How spot instances are bought.
    spot_options: Option<SpotOptions>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
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

impl From<&CapacityReservation> for sdk::LaunchTemplateCapacityReservationSpecificationRequest {
    fn from(want: &CapacityReservation) -> Self {
        let target = want.capacity_reservation_target.as_ref().map(|target| {
            let group = filled(target.capacity_reservation_resource_group_arn.clone());
            sdk::CapacityReservationTarget::builder()
                .set_capacity_reservation_id(filled(target.capacity_reservation_id.clone()))
                .set_capacity_reservation_resource_group_arn(group)
                .build()
        });
        let preference = word(want.capacity_reservation_preference.as_ref());
        Self::builder().set_capacity_reservation_preference(preference).set_capacity_reservation_target(target).build()
    }
}

impl From<sdk::LaunchTemplateCapacityReservationSpecificationResponse> for CapacityReservation {
    fn from(live: sdk::LaunchTemplateCapacityReservationSpecificationResponse) -> Self {
        Self {
            capacity_reservation_preference: text!(live.capacity_reservation_preference),
            capacity_reservation_target: live.capacity_reservation_target.map(|target| CapacityReservationTarget {
                capacity_reservation_id: filled(target.capacity_reservation_id),
                capacity_reservation_resource_group_arn: filled(target.capacity_reservation_resource_group_arn),
            }),
        }
    }
}

impl From<&InstanceMarketOptions> for sdk::LaunchTemplateInstanceMarketOptionsRequest {
    fn from(want: &InstanceMarketOptions) -> Self {
        let spot = want.spot_options.as_ref().map(|spot| {
            let until = spot.valid_until.as_deref().and_then(moment);
            sdk::LaunchTemplateSpotMarketOptionsRequest::builder()
                .set_block_duration_minutes(int(spot.block_duration_minutes))
                .set_instance_interruption_behavior(word(spot.instance_interruption_behavior.as_ref()))
                .set_max_price(filled(spot.max_price.clone()))
                .set_spot_instance_type(word(spot.spot_instance_type.as_ref()))
                .set_valid_until(until.map(|(seconds, nanos)| DateTime::from_secs_and_nanos(seconds, nanos)))
                .build()
        });
        Self::builder().set_market_type(word(want.market_type.as_ref())).set_spot_options(spot).build()
    }
}

impl From<sdk::LaunchTemplateInstanceMarketOptions> for InstanceMarketOptions {
    fn from(live: sdk::LaunchTemplateInstanceMarketOptions) -> Self {
        let spot = live.spot_options.map(|spot| SpotOptions {
            block_duration_minutes: long(spot.block_duration_minutes),
            instance_interruption_behavior: text!(spot.instance_interruption_behavior),
            max_price: filled(spot.max_price),
            spot_instance_type: text!(spot.spot_instance_type),
            valid_until: spot.valid_until.and_then(|until| until.fmt(Format::DateTime).ok()),
        });
        Self { market_type: text!(live.market_type), spot_options: spot }
    }
}
