//! The names of AWS's regions.
//!
//! <https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html>, and the partitions of AWS's SDKs.

use wildfire_engine::model::nearest;

/// Regions, those of the partitions for China, the US government and the European sovereign cloud included.
const REGIONS: &[&str] = &[
    "af-south-1",
    "ap-east-1",
    "ap-east-2",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-south-2",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "ca-central-1",
    "ca-west-1",
    "cn-north-1",
    "cn-northwest-1",
    "eu-central-1",
    "eu-central-2",
    "eu-isoe-west-1",
    "eu-north-1",
    "eu-south-1",
    "eu-south-2",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "eusc-de-east-1",
    "il-central-1",
    "me-central-1",
    "me-south-1",
    "mx-central-1",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-gov-east-1",
    "us-gov-west-1",
    "us-iso-east-1",
    "us-iso-west-1",
    "us-isob-east-1",
    "us-isob-west-1",
    "us-isof-east-1",
    "us-isof-south-1",
    "us-west-1",
    "us-west-2",
];

/// Areas of the world in which AWS may open another region.
const AREAS: &[&str] = &["af", "ap", "ca", "cn", "eu", "eusc-de", "il", "me", "mx", "sa", "us", "us-gov"];
const DIRECTIONS: &[&str] =
    &["central", "east", "north", "northeast", "northwest", "south", "southeast", "southwest", "west"];

/// What is wrong with the name of a region, and perhaps the name that was meant. A region that AWS may have opened
/// since this table was made passes: the next number of a place, or the first of a new one.
pub fn region_problem(name: &str) -> Option<(String, Option<String>)> {
    if REGIONS.contains(&name) || may_be_new(name) {
        return None;
    }
    let help = nearest(name, REGIONS.iter().copied()).map(|near| format!("did you mean {near}?"));
    Some((format!("AWS has no region {name:?}"), help))
}

fn may_be_new(name: &str) -> bool {
    let Some((place, number)) = name.rsplit_once('-') else { return false };
    let known = |number: u32| REGIONS.contains(&format!("{place}-{number}").as_str());
    let next = (1..).find(|number| !known(*number)).unwrap_or(1);
    let plausible =
        place.rsplit_once('-').is_some_and(|(area, way)| AREAS.contains(&area) && DIRECTIONS.contains(&way));
    plausible && number == next.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_that_there_are_or_may_be_pass() {
        for name in ["eu-west-1", "us-gov-west-1", "cn-north-1", "ap-southeast-7", "eu-west-4", "sa-west-1"] {
            assert_eq!(region_problem(name), None, "{name}");
        }
    }

    #[test]
    fn regions_that_there_are_not_are_told() {
        let help = |name: &str| region_problem(name).and_then(|(_, help)| help);
        assert_eq!(help("eu-wst-1").as_deref(), Some("did you mean eu-west-1?"));
        assert_eq!(help("eu-west1").as_deref(), Some("did you mean eu-west-1?"));
        for name in ["eu-west-9", "xx-west-1", "eu-west-01", "us-middle-1", "", "europe"] {
            assert!(region_problem(name).is_some(), "{name}");
        }
    }
}
