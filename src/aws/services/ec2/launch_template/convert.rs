//! Between the vocabulary's shapes and the SDK's.

use wildfire_engine::model::flag as parsed;

use crate::kind::convert;

/// A number as the SDK takes it.
pub(super) fn int(number: Option<i64>) -> Option<i32> {
    number.map(convert::int)
}

/// A number as the vocabulary has it.
pub(super) fn long(number: Option<i32>) -> Option<i64> {
    number.map(i64::from)
}

/// Some booleans of the vocabulary are strings, so that absent and false differ. The schema allows no other text.
pub(super) fn flag(text: Option<&String>) -> Option<bool> {
    text.and_then(|text| parsed(text))
}

pub(super) fn flag_text(flag: Option<bool>) -> Option<String> {
    flag.map(|flag| flag.to_string())
}

/// A text that says something.
pub(super) fn filled(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}

/// The elements of a list as the SDK takes them; none for an empty list.
pub(super) fn each<'a, A, B>(list: Option<&'a Vec<A>>, convert: impl Fn(&'a A) -> B) -> Option<Vec<B>> {
    list.filter(|list| !list.is_empty()).map(|list| list.iter().map(convert).collect())
}

/// The elements of a list as the vocabulary has them; none for an empty list.
pub(super) fn shown<A, B>(list: Option<Vec<A>>, convert: impl Fn(A) -> Option<B>) -> Option<Vec<B>> {
    let list: Vec<B> = list.unwrap_or_default().into_iter().filter_map(convert).collect();
    Some(list).filter(|list| !list.is_empty())
}

/// The elements of a list of words.
pub(super) fn words<A: for<'a> From<&'a str>>(list: Option<&Vec<String>>) -> Option<Vec<A>> {
    each(list, |word| A::from(word.as_str()))
}

/// A word as the SDK takes it.
pub(super) fn word<A: for<'a> From<&'a str>>(text: Option<&String>) -> Option<A> {
    text.filter(|text| !text.is_empty()).map(|text| A::from(text.as_str()))
}

/// The word of an SDK enum.
macro_rules! text {
    ($word:expr) => {
        $word.map(|word| word.as_str().to_string()).filter(|word| !word.is_empty())
    };
}
pub(super) use text;
