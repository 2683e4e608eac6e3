//! The parameters of a parameter group: which to modify and which to reset. RDS and ElastiCache alike take them in
//! portions.

use std::collections::BTreeMap;

use async_trait::async_trait;
use wildfire_engine::model::CloudError;

use super::by_name::Group;
use super::resource::Change;
use crate::Aws;

/// A modify or reset call takes this many parameters.
const PER_CALL: usize = 20;

/// A parameter that a user wrote.
pub(crate) trait Parameter: Clone + PartialEq {
    fn name(&self) -> Option<&str>;
}

/// What to modify and what to reset, in the portions that a call takes.
#[derive(Debug, PartialEq)]
pub(crate) struct ParameterChange<P> {
    pub set: Vec<Vec<P>>,
    pub reset: Vec<Vec<P>>,
}

/// From what is there to what is wanted, by name: RDS wants character sets before the collations that need them.
pub(crate) fn change<P: Parameter>(prior: Option<&Vec<P>>, want: Option<&Vec<P>>) -> ParameterChange<P> {
    let by_name = |list: Option<&Vec<P>>| -> BTreeMap<String, P> {
        let name = |parameter: &P| parameter.name().unwrap_or_default().to_ascii_lowercase();
        list.into_iter().flatten().map(|parameter| (name(parameter), parameter.clone())).collect()
    };
    let (prior, want) = (by_name(prior), by_name(want));
    let set = want.iter().filter(|(name, wanted)| prior.get(*name) != Some(wanted));
    let reset = prior.iter().filter(|(name, _)| !want.contains_key(*name));
    ParameterChange { set: portions(set.map(|(_, wanted)| wanted)), reset: portions(reset.map(|(_, old)| old)) }
}

fn portions<'a, P: Clone + 'a>(parameters: impl Iterator<Item = &'a P>) -> Vec<Vec<P>> {
    let all: Vec<P> = parameters.cloned().collect();
    all.chunks(PER_CALL).map(<[_]>::to_vec).collect()
}

/// A group of parameters.
#[async_trait]
pub(crate) trait ParameterGroup: Group {
    type Parameter: Parameter + Send + Sync;

    fn parameters(&self) -> Option<&Vec<Self::Parameter>>;

    /// Sets the parameters of one portion.
    async fn modify(aws: &Aws, name: &str, portion: Vec<Self::Parameter>) -> Result<(), CloudError>;

    /// Gives the parameters of one portion back to the family's defaults.
    async fn reset(aws: &Aws, name: &str, portion: Vec<Self::Parameter>) -> Result<(), CloudError>;
}

/// Makes the calls that bring the parameters of a group to what is wanted: first what is set, then what is reset.
pub(crate) async fn bring<G: ParameterGroup>(aws: &Aws, group: &Change<'_, G>) -> Result<(), CloudError> {
    let change = change(group.prior.parameters(), group.want.parameters());
    for portion in change.set {
        G::modify(aws, group.id.as_str(), portion).await?;
    }
    for portion in change.reset {
        G::reset(aws, group.id.as_str(), portion).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Debug, PartialEq)]
    struct Pair(String, &'static str);

    impl Parameter for Pair {
        fn name(&self) -> Option<&str> {
            Some(&self.0)
        }
    }

    fn pair(name: &str, value: &'static str) -> Pair {
        Pair(name.into(), value)
    }

    #[test]
    fn changes_are_set_and_what_is_no_longer_wanted_is_reset() {
        let prior = vec![pair("a", "1"), pair("b", "1"), pair("c", "1")];
        let want = vec![pair("d", "1"), pair("b", "1"), pair("c", "2")];
        let change = change(Some(&prior), Some(&want));
        assert_eq!(change.set, [[pair("c", "2"), pair("d", "1")]]);
        assert_eq!(change.reset, [[pair("a", "1")]]);
    }

    #[test]
    fn calls_take_twenty() {
        let want: Vec<_> = (0..45).map(|n| pair(&format!("p{n:02}"), "1")).collect();
        let sizes: Vec<_> = change(None, Some(&want)).set.iter().map(Vec::len).collect();
        assert_eq!(sizes, [20, 20, 5]);
        assert_eq!(change(Some(&want), Some(&want)), ParameterChange { set: Vec::new(), reset: Vec::new() });
    }
}
