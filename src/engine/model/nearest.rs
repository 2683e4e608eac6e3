//! "Did you mean": the nearest of a set of names.

/// The name among `candidates` that is nearest to `name`, when one is near enough to be a slip of the hand.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (name.chars().count() / 3).max(2);
    candidates
        .into_iter()
        .filter(|candidate| *candidate != name)
        .map(|candidate| (strsim::damerau_levenshtein(name, candidate), candidate))
        .filter(|(distance, candidate)| {
            *distance <= limit && *distance * 2 < candidate.chars().count().max(name.chars().count())
        })
        .min_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.cmp(b.1)))
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn finds_a_slip_and_nothing_far() {
        assert_eq!(nearest("cidr_blok", ["vpc_id", "cidr_block"]), Some("cidr_block"));
        assert_eq!(nearest("zone", ["vpc_id", "cidr_block"]), None);
        assert_eq!(nearest("id", ["ab", "cd"]), None);
    }
}
