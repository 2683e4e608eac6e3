//! `aws_ec2_managed_prefix_list`

use std::collections::BTreeMap;

use aws_sdk_ec2::operation::create_managed_prefix_list::builders::CreateManagedPrefixListFluentBuilder;
use aws_sdk_ec2::types::{AddPrefixListEntry, PrefixListState, RemovePrefixListEntry};
use futures::future::try_join_all;

use super::prelude::*;
use crate::connection::call::absent_is_none;
use crate::kind::convert::{incoming, int};
use crate::kind::ownership::{Candidate, only_made_by};

updates! {
    pub enum ManagedPrefixListUpdate {
        Modify => [ModifyManagedPrefixList],
        Tags => [CreateTags, DeleteTags],
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = ManagedPrefixListUpdate)]
#[sdk(from = sdk::ManagedPrefixList, create = CreateManagedPrefixListFluentBuilder)]
pub struct ManagedPrefixList {
    /// Whether the ranges are of IPv4 or of IPv6.
    #[field(immutable, required, one_of = ["IPv4", "IPv6"])]
    address_family: Option<String>,
    /// The ARN.
    #[field(computed, sdk = prefix_list_arn)]
    arn: Option<String>,
    /// The ranges.
    #[field(update = Modify, set, filled, read_by_hand, sent_as = entries)]
    entry: Option<Vec<Entry>>,
    /// The list's id.
    #[field(computed, sdk = prefix_list_id)]
    id: Option<String>,
    /// How many ranges the list may have. So many rules it counts for, wherever it is used.
    #[field(update = Modify, required, range = 1..=1000)]
    max_entries: Option<i64>,
    /// The name.
    #[field(update = Modify, required, length = 1..=255, sdk = prefix_list_name)]
    name: Option<String>,
    /// The account of the list.
    #[field(computed)]
    owner_id: Option<String>,
    #[serde(flatten)]
    #[field(tags = Tags, sent_by_hand)]
    tags: Tagged,
    /// The number of the last change.
    #[field(computed, changed_by = ["Modify"])]
    version: Option<i64>,
    /// AWS's word for the status.
    #[field(computed, sdk = state)]
    _status: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::PrefixListEntry, into = AddPrefixListEntry)]
pub struct Entry {
    /// The range.
    #[field(required, forms = Cidr)]
    cidr: Option<String>,
    /// What it is.
    #[field(filled, length = 0..=255)]
    description: Option<String>,
}

#[async_trait]
impl Described for ManagedPrefixList {
    type Live = sdk::ManagedPrefixList;
    const ID_FILTER: &'static str = "prefix-list-id";
    const TAG_KIND: ResourceType = ResourceType::PrefixList;

    fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    fn tagged(&self) -> &Tagged {
        &self.tags
    }

    /// Without the deleted ones, which AWS lists for a while.
    async fn describe(aws: &Aws, filters: Vec<sdk::Filter>) -> Result<Vec<Self::Live>, CloudError> {
        let request = aws.read().ec2().describe_managed_prefix_lists().set_filters(Some(filters));
        let mut lists = aws.pages(request.max_results(100), |page| page.prefix_lists).await?;
        lists.retain(|list| list.state != Some(PrefixListState::DeleteComplete));
        Ok(lists)
    }

    async fn complete(aws: &Aws, found: &mut [Self], wanted: &[ReadRequest]) -> Result<(), CloudError> {
        let asked = |id: Option<&str>| {
            wanted.iter().any(|request| Some(request.id.as_str()) == id && asks_for(request, &["entry"]))
        };
        let asked = found.iter_mut().filter(|list| asked(list.id.as_deref()));
        let read = asked.map(|list| async move {
            list.entry = entries(aws, list.id.as_deref().unwrap_or_default()).await?;
            Ok::<_, CloudError>(())
        });
        try_join_all(read).await.map(drop)
    }
}

async fn entries(aws: &Aws, id: &str) -> Result<Option<Vec<Entry>>, CloudError> {
    let request = aws.read().ec2().get_managed_prefix_list_entries().prefix_list_id(id).max_results(100);
    let found = absent_is_none(aws.pages(request, |page| page.entries).await)?.unwrap_or_default();
    Ok(incoming(filled(Some(found)), "entry")?)
}

/// What the next call of a modification changes. The size and the ranges do not go in one, nor do two changes of one range.
#[derive(Debug, PartialEq)]
enum Next {
    Size(i64),
    Entries { add: Vec<Entry>, remove: Vec<String> },
    Name,
}

fn next(want: &ManagedPrefixList, live: &ManagedPrefixList) -> Option<Next> {
    let by_range = |list: &ManagedPrefixList| -> BTreeMap<String, Entry> {
        let entries = list.entry.iter().flatten().cloned();
        entries.filter_map(|entry| Some((entry.cidr.clone()?, entry))).collect()
    };
    let (wanted, there) = (by_range(want), by_range(live));
    let size = want.max_entries.filter(|size| Some(*size) != live.max_entries);
    if let Some(size) = size.filter(|size| Some(*size) > live.max_entries) {
        return Some(Next::Size(size));
    }
    // A range whose description changes goes first, and comes again.
    let remove: Vec<String> = there
        .iter()
        .filter(|(range, entry)| wanted.get(*range) != Some(entry))
        .map(|(range, _)| range.clone())
        .collect();
    let add = wanted.iter().filter(|(range, _)| !there.contains_key(*range)).map(|(_, entry)| entry.clone());
    let add: Vec<Entry> = add.collect();
    if !add.is_empty() || !remove.is_empty() {
        return Some(Next::Entries { add, remove });
    }
    if let Some(size) = size {
        return Some(Next::Size(size));
    }
    (want.name != live.name).then_some(Next::Name)
}

async fn modify(aws: &Aws, id: &PhysicalId, want: &ManagedPrefixList) -> Result<(), CloudError> {
    let mut live = one::<ManagedPrefixList>(aws, id).await?;
    if let Readiness::Pending(status) = live.readiness() {
        return Err(CloudError::new(ErrorKind::Busy, format!("an earlier change of {id} is at work: {status}")));
    }
    live.entry = entries(aws, id.as_str()).await?;
    let Some(change) = next(want, &live) else { return Ok(()) };
    let request = aws.write().ec2().modify_managed_prefix_list().prefix_list_id(id.as_str());
    let request = match &change {
        Next::Size(size) => request.max_entries(int(*size)),
        Next::Name => request.set_prefix_list_name(want.name.clone()),
        Next::Entries { add, remove } => {
            let add: Vec<AddPrefixListEntry> = crate::kind::convert::ToSdk::to_sdk(add)?;
            let gone = |range: &String| RemovePrefixListEntry::builder().cidr(range).build();
            let request = request.set_prefix_list_name(want.name.clone()).set_current_version(live.version);
            let request = request.set_add_entries(filled(Some(add)));
            request.set_remove_entries(filled(Some(remove.iter().map(gone).collect::<Vec<_>>())))
        }
    };
    aws.done(request).await?;
    let done = match change {
        Next::Size(size) => ManagedPrefixList { max_entries: Some(size), ..live },
        Next::Name => ManagedPrefixList { name: want.name.clone(), ..live },
        Next::Entries { add, remove } => {
            let kept = live.entry.clone().unwrap_or_default().into_iter();
            let kept = kept.filter(|entry| !entry.cidr.as_ref().is_some_and(|range| remove.contains(range)));
            ManagedPrefixList { entry: Some(kept.chain(add).collect()), name: want.name.clone(), ..live }
        }
    };
    match next(want, &done) {
        None => Ok(()),
        // AWS takes one change at a time, and works at it. Then this is asked again.
        Some(_) => Err(CloudError::new(ErrorKind::Busy, format!("{id} is changed in several calls"))),
    }
}

#[async_trait]
impl Resource for ManagedPrefixList {
    const TYPE: &'static str = "aws_ec2_managed_prefix_list";
    const DOC: &'static str = "Ranges of addresses under one name, for rules and routes.";
    const CREATE_ONCE: CreateOnce = CreateOnce::ClientToken;
    const CREATE_CALLS: Calls = calls![CreateManagedPrefixList];
    const DELETE_CALLS: Calls = calls![DeleteManagedPrefixList];
    const LAGS: &'static [LagReply] = lags::MANAGED_PREFIX_LIST;
    const TAGS_TOGETHER: TagsTogether = TagsTogether::ByIds;
    const APART: &'static [&'static str] = &["entry"];
    const IMPORT_ID: &'static str = "PREFIX_LIST_ID";
    const EXAMPLE: &'static str = "\
name: offices
address_family: IPv4
max_entries: 10
entry:
  - {cidr: 198.51.100.0/24, description: Berlin}
  - {cidr: 203.0.113.0/24, description: Lisbon}
";
    const WAITS_FOR_DELETION: bool = true;
    const USUAL_SECONDS: u32 = 10;

    type Update = ManagedPrefixListUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        read_described(aws, wanted).await
    }

    async fn find(aws: &Aws, recover: &Recover, _wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        // The call has no filter for tags.
        let lists = Self::describe(aws, Vec::new()).await?;
        let lists = lists.iter().map(of_live::<Self>).collect::<Result<Vec<_>, _>>()?;
        let candidates = lists.into_iter().map(|list| {
            let leaving = list.readiness() == Readiness::Deleting;
            Candidate::new(list.id, list.tags.all).leaving(leaving)
        });
        only_made_by(recover, candidates)
    }

    async fn create(aws: &Aws, want: &Self, operation: &Operation) -> Result<PhysicalId, CloudError> {
        let request = want.fill(aws.write().ec2().create_managed_prefix_list())?;
        let request = request.client_token(operation.id.as_str()).set_tag_specifications(want.tag_specification());
        aws.made(request, |reply| reply.prefix_list?.prefix_list_id).await
    }

    async fn update(aws: &Aws, call: ManagedPrefixListUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        match call {
            ManagedPrefixListUpdate::Modify => modify(aws, change.id, change.want).await,
            ManagedPrefixListUpdate::Tags => retag(aws, change).await,
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        aws.gone(aws.write().ec2().delete_managed_prefix_list().prefix_list_id(id.as_str())).await
    }

    /// The words are those of <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ManagedPrefixList.html>.
    fn readiness(&self) -> Readiness {
        match self._status.as_deref() {
            Some("delete-in-progress") => Readiness::Deleting,
            Some("create-failed") => Readiness::Failed("create-failed".into()),
            Some(word) if word.ends_with("-in-progress") => Readiness::Pending(word.into()),
            // A change that failed leaves the list as it was; what is not taken shows.
            _ => Readiness::Ready,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(size: i64, entries: &[(&str, &str)]) -> ManagedPrefixList {
        let entry =
            |(range, text): &(&str, &str)| Entry { cidr: Some((*range).into()), description: Some((*text).into()) };
        ManagedPrefixList {
            max_entries: Some(size),
            entry: Some(entries.iter().map(entry).collect()),
            ..ManagedPrefixList::default()
        }
    }

    #[test]
    fn a_list_grows_before_and_shrinks_after_its_ranges() {
        let (one, two) = (("10.0.0.0/8", "a"), ("10.1.0.0/16", "b"));
        let (small, large) = (list(1, &[one]), list(2, &[one, two]));
        assert_eq!(next(&large, &small), Some(Next::Size(2)));
        let gone = Next::Entries { add: vec![], remove: vec![two.0.into()] };
        assert_eq!(next(&small, &large), Some(gone));
        assert_eq!(next(&small, &list(2, &[one])), Some(Next::Size(1)));
        assert_eq!(next(&small, &small), None);
    }

    #[test]
    fn a_range_with_another_description_goes_and_comes_again() {
        let (old, new) = (list(1, &[("10.0.0.0/8", "a")]), list(1, &[("10.0.0.0/8", "b")]));
        let gone = Next::Entries { add: vec![], remove: vec!["10.0.0.0/8".into()] };
        assert_eq!(next(&new, &old), Some(gone));
        let Some(Next::Entries { add, remove }) = next(&new, &list(1, &[])) else { panic!("nothing is added") };
        assert_eq!((add.len(), remove.len()), (1, 0));
    }
}
