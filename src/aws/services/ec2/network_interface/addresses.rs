//! The addresses of an interface: as a set of which all are written, or as a number.

use super::super::prelude::*;
use super::NetworkInterface;
use crate::kind::convert::int;

/// What has to be done so that there are the wanted ones.
#[derive(Debug, Default, PartialEq)]
struct Steps {
    remove: Vec<String>,
    add: Vec<String>,
    /// So many more, whichever they are.
    more: i64,
}

/// `live` as they are there, without one that always stays.
fn steps(wanted: Option<&Vec<String>>, count: Option<i64>, live: &[String]) -> Steps {
    let found = i64::try_from(live.len()).unwrap_or(i64::MAX);
    match (wanted, count) {
        (Some(wanted), _) => Steps {
            remove: live.iter().filter(|one| !wanted.contains(one)).cloned().collect(),
            add: wanted.iter().filter(|one| !live.contains(one)).cloned().collect(),
            more: 0,
        },
        (None, Some(count)) if count < found => {
            let keep = usize::try_from(count).unwrap_or(0);
            Steps { remove: live[keep..].to_vec(), ..Steps::default() }
        }
        (None, Some(count)) => Steps { more: count - found, ..Steps::default() },
        (None, None) => Steps::default(),
    }
}

fn some(list: Vec<String>) -> Option<Vec<String>> {
    Some(list).filter(|list| !list.is_empty())
}

fn number(more: i64) -> Option<i32> {
    (more > 0).then(|| int(more))
}

/// Looks first, so that a repetition does nothing twice.
pub(super) async fn private(aws: &Aws, id: &PhysicalId, want: &NetworkInterface) -> Result<(), CloudError> {
    let live: NetworkInterface = one(aws, id).await?;
    let first = live.private_ip.clone().unwrap_or_default();
    let mut wanted = want.private_ips.clone();
    if let Some(wanted) = &mut wanted {
        if !wanted.contains(&first) {
            let message = format!("the first address of an interface stays: {first} has to be one of private_ips");
            return Err(CloudError::new(ErrorKind::Rejected, message));
        }
        wanted.retain(|address| *address != first);
    }
    let others: Vec<String> = live.private_ips.into_iter().flatten().filter(|address| *address != first).collect();
    let steps = steps(wanted.as_ref(), want.private_ips_count, &others);
    if let Some(gone) = some(steps.remove) {
        let request = aws.write().ec2().unassign_private_ip_addresses().network_interface_id(id.as_str());
        aws.gone(request.set_private_ip_addresses(Some(gone))).await?;
    }
    let (new, more) = (some(steps.add), number(steps.more));
    if new.is_none() && more.is_none() {
        return Ok(());
    }
    let request = aws.write().ec2().assign_private_ip_addresses().network_interface_id(id.as_str());
    aws.done(request.set_private_ip_addresses(new).set_secondary_private_ip_address_count(more)).await
}

pub(super) async fn ipv4_prefixes(aws: &Aws, id: &PhysicalId, want: &NetworkInterface) -> Result<(), CloudError> {
    let live: NetworkInterface = one(aws, id).await?;
    let there = live.ipv4_prefixes.unwrap_or_default();
    let steps = steps(want.ipv4_prefixes.as_ref(), want.ipv4_prefix_count, &there);
    if let Some(gone) = some(steps.remove) {
        let request = aws.write().ec2().unassign_private_ip_addresses().network_interface_id(id.as_str());
        aws.gone(request.set_ipv4_prefixes(Some(gone))).await?;
    }
    let (new, more) = (some(steps.add), number(steps.more));
    if new.is_none() && more.is_none() {
        return Ok(());
    }
    let request = aws.write().ec2().assign_private_ip_addresses().network_interface_id(id.as_str());
    aws.done(request.set_ipv4_prefixes(new).set_ipv4_prefix_count(more)).await
}

pub(super) async fn ipv6(aws: &Aws, id: &PhysicalId, want: &NetworkInterface) -> Result<(), CloudError> {
    let live: NetworkInterface = one(aws, id).await?;
    let there = live.ipv6_addresses.unwrap_or_default();
    let steps = steps(want.ipv6_addresses.as_ref(), want.ipv6_address_count, &there);
    if let Some(gone) = some(steps.remove) {
        let request = aws.write().ec2().unassign_ipv6_addresses().network_interface_id(id.as_str());
        aws.gone(request.set_ipv6_addresses(Some(gone))).await?;
    }
    let (new, more) = (some(steps.add), number(steps.more));
    if new.is_none() && more.is_none() {
        return Ok(());
    }
    let request = aws.write().ec2().assign_ipv6_addresses().network_interface_id(id.as_str());
    aws.done(request.set_ipv6_addresses(new).set_ipv6_address_count(more)).await
}

pub(super) async fn ipv6_prefixes(aws: &Aws, id: &PhysicalId, want: &NetworkInterface) -> Result<(), CloudError> {
    let live: NetworkInterface = one(aws, id).await?;
    let there = live.ipv6_prefixes.unwrap_or_default();
    let steps = steps(want.ipv6_prefixes.as_ref(), want.ipv6_prefix_count, &there);
    if let Some(gone) = some(steps.remove) {
        let request = aws.write().ec2().unassign_ipv6_addresses().network_interface_id(id.as_str());
        aws.gone(request.set_ipv6_prefixes(Some(gone))).await?;
    }
    let (new, more) = (some(steps.add), number(steps.more));
    if new.is_none() && more.is_none() {
        return Ok(());
    }
    let request = aws.write().ec2().assign_ipv6_addresses().network_interface_id(id.as_str());
    aws.done(request.set_ipv6_prefixes(new).set_ipv6_prefix_count(more)).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(items: &[&str]) -> Vec<String> {
        items.iter().map(|item| item.to_string()).collect()
    }

    #[test]
    fn a_set_says_which_and_a_number_how_many() {
        let live = list(&["a", "b", "c"]);
        let set = steps(Some(&list(&["b", "d"])), None, &live);
        assert_eq!(set, Steps { remove: list(&["a", "c"]), add: list(&["d"]), more: 0 });
        assert_eq!(steps(None, Some(5), &live), Steps { more: 2, ..Steps::default() });
        assert_eq!(steps(None, Some(1), &live), Steps { remove: list(&["b", "c"]), ..Steps::default() });
        assert_eq!(steps(None, None, &live), Steps::default());
        assert_eq!(steps(None, Some(3), &live), Steps::default());
    }
}
