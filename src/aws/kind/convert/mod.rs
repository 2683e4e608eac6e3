//! Between the vocabulary's values and the SDK's. `#[derive(Sdk)]` writes the transcription; what a value becomes is here.
//!
//! Nothing is left out in silence: a value that does not fit is an error with its path.

mod attribute;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap};

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use aws_smithy_types::error::operation::BuildError;
use wildfire_engine::model::{CloudError, ErrorKind, Problem, flag, moment};

pub(crate) use self::attribute::{Attribute, attribute};
use super::tags::{Tagged, Tags};

/// A value that does not fit, with its path in the resource.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Unfit {
    path: String,
    why: String,
    kind: ErrorKind,
}

impl Unfit {
    fn sent(why: impl Into<String>) -> Self {
        Self { path: String::new(), why: why.into(), kind: ErrorKind::Rejected }
    }

    fn read(why: impl Into<String>) -> Self {
        Self { path: String::new(), why: why.into(), kind: ErrorKind::Unreadable }
    }

    /// The same within `part`: the name of a property, or a place in a list.
    fn within(mut self, part: &str) -> Self {
        if !self.path.is_empty() && !self.path.starts_with('[') {
            self.path.insert(0, '.');
        }
        self.path.insert_str(0, part);
        self
    }
}

impl From<Unfit> for CloudError {
    fn from(unfit: Unfit) -> Self {
        let Unfit { path, why, kind } = unfit;
        let message = match kind {
            ErrorKind::Unreadable => format!("the reply holds what cannot be read as `{path}`: {why}"),
            _ => format!("`{path}` cannot be sent: {why}"),
        };
        CloudError::new(kind, message)
    }
}

/// What the SDK returns, as the vocabulary has it.
pub(crate) trait FromSdk<S>: Sized {
    /// # Errors
    /// The vocabulary has no such value.
    fn from_sdk(live: S) -> Result<Self, Unfit>;
}

/// What the vocabulary has, as the SDK takes it.
pub(crate) trait ToSdk<S> {
    /// # Errors
    /// The API has no such value.
    fn to_sdk(&self) -> Result<S, Unfit>;
}

/// Sets the properties that a request takes.
pub(crate) trait Fill<B> {
    /// # Errors
    /// The API has no such value.
    fn fill(&self, request: B) -> Result<B, Unfit>;
}

/// Sets the properties that a request takes and that differ from what is there.
pub(crate) trait FillChanges<B> {
    /// # Errors
    /// The API has no such value.
    fn fill_changes(&self, prior: &Self, request: B) -> Result<B, Unfit>;
}

/// A member of a reply, which the SDK has as `Option<S>`, or as `S` where the API always returns it.
pub(crate) struct Member<S>(pub S);

impl<S> Member<Option<S>> {
    pub(crate) fn take(self) -> Option<S> {
        self.0
    }
}

/// The members that are always there. A member that is an `Option` has a `take` of its own, which goes before this one.
pub(crate) trait Always<S> {
    fn take(self) -> Option<S>;
}

impl<S> Always<S> for Member<S> {
    fn take(self) -> Option<S> {
        Some(self.0)
    }
}

/// What `build()` returns: the thing, or an error where the API requires members.
pub(crate) trait Built<T> {
    fn built(self) -> Result<T, Unfit>;
}

impl<T> Built<T> for T {
    fn built(self) -> Result<T, Unfit> {
        Ok(self)
    }
}

impl<T> Built<T> for Result<T, BuildError> {
    fn built(self) -> Result<T, Unfit> {
        self.map_err(|error| Unfit::sent(format!("the request is incomplete: {error}")))
    }
}

/// Texts, and the SDK's enums.
impl<E: AsRef<str>> FromSdk<E> for String {
    fn from_sdk(live: E) -> Result<Self, Unfit> {
        Ok(live.as_ref().to_string())
    }
}

impl<E: for<'a> From<&'a str>> ToSdk<E> for String {
    fn to_sdk(&self) -> Result<E, Unfit> {
        Ok(E::from(self))
    }
}

macro_rules! same {
    ($($ty:ty),*) => {$(
        impl FromSdk<$ty> for $ty {
            fn from_sdk(live: $ty) -> Result<Self, Unfit> {
                Ok(live)
            }
        }

        impl ToSdk<$ty> for $ty {
            fn to_sdk(&self) -> Result<$ty, Unfit> {
                Ok(*self)
            }
        }
    )*};
}

same!(bool, i64, f64);

impl FromSdk<i32> for i64 {
    fn from_sdk(live: i32) -> Result<Self, Unfit> {
        Ok(live.into())
    }
}

impl ToSdk<i32> for i64 {
    fn to_sdk(&self) -> Result<i32, Unfit> {
        (*self).try_into().map_err(|_| Unfit::sent(format!("{self} does not fit in 32 bits")))
    }
}

impl FromSdk<f32> for f64 {
    fn from_sdk(live: f32) -> Result<Self, Unfit> {
        // By its text: 0.1 in 32 bits is another number than 0.1 in 64.
        live.to_string().parse().map_err(|_| Unfit::read(format!("{live} is no number")))
    }
}

impl ToSdk<f32> for f64 {
    #[allow(clippy::cast_possible_truncation)]
    fn to_sdk(&self) -> Result<f32, Unfit> {
        let short = *self as f32;
        if short.is_finite() { Ok(short) } else { Err(Unfit::sent(format!("{self} does not fit in 32 bits"))) }
    }
}

impl<S, T: FromSdk<S>> FromSdk<Vec<S>> for Vec<T> {
    fn from_sdk(live: Vec<S>) -> Result<Self, Unfit> {
        let one = |(index, item)| T::from_sdk(item).map_err(|unfit| unfit.within(&format!("[{index}]")));
        live.into_iter().enumerate().map(one).collect()
    }
}

impl<S, T: ToSdk<S>> ToSdk<Vec<S>> for Vec<T> {
    fn to_sdk(&self) -> Result<Vec<S>, Unfit> {
        let one = |(index, item): (usize, &T)| item.to_sdk().map_err(|unfit| unfit.within(&format!("[{index}]")));
        self.iter().enumerate().map(one).collect()
    }
}

impl<S, T: FromSdk<S>> FromSdk<HashMap<String, S>> for BTreeMap<String, T> {
    fn from_sdk(live: HashMap<String, S>) -> Result<Self, Unfit> {
        let one = |(key, item): (String, S)| match T::from_sdk(item) {
            Ok(item) => Ok((key, item)),
            Err(unfit) => Err(unfit.within(&key)),
        };
        live.into_iter().map(one).collect()
    }
}

impl<S, T: ToSdk<S>> ToSdk<HashMap<String, S>> for BTreeMap<String, T> {
    fn to_sdk(&self) -> Result<HashMap<String, S>, Unfit> {
        let one = |(key, item): (&String, &T)| match item.to_sdk() {
            Ok(item) => Ok((key.clone(), item)),
            Err(unfit) => Err(unfit.within(key)),
        };
        self.iter().map(one).collect()
    }
}

/// A text for what the SDK has as a flag, a number or a moment. The field's form refuses any other text.
pub(crate) struct Spelled(String);

impl FromSdk<bool> for Spelled {
    fn from_sdk(live: bool) -> Result<Self, Unfit> {
        Ok(Self(live.to_string()))
    }
}

impl ToSdk<bool> for Spelled {
    fn to_sdk(&self) -> Result<bool, Unfit> {
        flag(&self.0).ok_or_else(|| Unfit::sent(format!("{:?} is neither true nor false", self.0)))
    }
}

impl FromSdk<DateTime> for Spelled {
    fn from_sdk(live: DateTime) -> Result<Self, Unfit> {
        live.fmt(Format::DateTime).map(Self).map_err(|error| Unfit::read(error.to_string()))
    }
}

impl ToSdk<DateTime> for Spelled {
    fn to_sdk(&self) -> Result<DateTime, Unfit> {
        let moment = moment(&self.0).map(|(seconds, nanos)| DateTime::from_secs_and_nanos(seconds, nanos));
        moment.ok_or_else(|| Unfit::sent(format!("{:?} is no moment", self.0)))
    }
}

macro_rules! number_as_text {
    ($($ty:ty),*) => {$(
        impl FromSdk<$ty> for Spelled {
            fn from_sdk(live: $ty) -> Result<Self, Unfit> {
                Ok(Self(live.to_string()))
            }
        }

        impl ToSdk<$ty> for Spelled {
            fn to_sdk(&self) -> Result<$ty, Unfit> {
                self.0.trim().parse().map_err(|_| Unfit::sent(format!("{:?} is no number that fits", self.0)))
            }
        }
    )*};
}

number_as_text!(i32, i64, f32, f64);

impl FromSdk<String> for Spelled {
    fn from_sdk(live: String) -> Result<Self, Unfit> {
        Ok(Self(live))
    }
}

impl ToSdk<String> for Spelled {
    fn to_sdk(&self) -> Result<String, Unfit> {
        Ok(self.0.clone())
    }
}

/// A member of a reply, as the property `path`.
pub(crate) fn incoming<S, T: FromSdk<S>>(live: Option<S>, path: &str) -> Result<Option<T>, Unfit> {
    live.map(T::from_sdk).transpose().map_err(|unfit| unfit.within(path))
}

/// The same of a property that is a text for something else.
pub(crate) fn incoming_text<S>(live: Option<S>, path: &str) -> Result<Option<String>, Unfit>
where
    Spelled: FromSdk<S>,
{
    Ok(incoming::<S, Spelled>(live, path)?.map(|text| text.0))
}

/// The same of a list of blocks, of which the API has one at most.
pub(crate) fn incoming_single<S, T: FromSdk<S>>(live: Option<S>, path: &str) -> Result<Option<Vec<T>>, Unfit> {
    Ok(incoming(live, path)?.map(|one| vec![one]))
}

/// The property `path`, as a setter takes it.
pub(crate) fn outgoing<S, T: ToSdk<S>>(value: &Option<T>, path: &str) -> Result<Option<S>, Unfit> {
    value.as_ref().map(T::to_sdk).transpose().map_err(|unfit| unfit.within(path))
}

/// The same of a property that is a text for something else. An empty text is nothing.
pub(crate) fn outgoing_text<S>(value: &Option<String>, path: &str) -> Result<Option<S>, Unfit>
where
    Spelled: ToSdk<S>,
{
    outgoing(&value.clone().filter(|text| !text.is_empty()).map(Spelled), path)
}

/// The same of a list of blocks, of which the API has one at most.
pub(crate) fn outgoing_single<S, T: ToSdk<S>>(value: &Option<Vec<T>>, path: &str) -> Result<Option<S>, Unfit> {
    let Some([first, rest @ ..]) = value.as_deref() else { return Ok(None) };
    if !rest.is_empty() {
        return Err(Unfit::sent("there can be one at most").within(path));
    }
    first.to_sdk().map(Some).map_err(|unfit| unfit.within(path))
}

/// Texts, lists, maps and numbers, of which an empty one says nothing.
pub(crate) trait Empty {
    fn is_empty(&self) -> bool;
}

impl Empty for String {
    fn is_empty(&self) -> bool {
        self.is_empty()
    }
}

/// Zero, where the API has no other word for nothing.
impl Empty for i64 {
    fn is_empty(&self) -> bool {
        *self == 0
    }
}

impl<T> Empty for Vec<T> {
    fn is_empty(&self) -> bool {
        self.is_empty()
    }
}

impl<T> Empty for HashMap<String, T> {
    fn is_empty(&self) -> bool {
        self.is_empty()
    }
}

impl<T> Empty for BTreeMap<String, T> {
    fn is_empty(&self) -> bool {
        self.is_empty()
    }
}

/// What says something.
pub(crate) fn filled<T: Empty>(value: Option<T>) -> Option<T> {
    value.filter(|value| !value.is_empty())
}

/// The text that says something.
pub(crate) fn text(value: &Option<String>) -> Option<&str> {
    value.as_deref().filter(|text| !text.is_empty())
}

/// All tags, from a reply. A resource without tags has none, which is not the same as tags that nobody asked for.
pub(crate) fn live_tags<S>(live: Option<S>) -> Result<Tagged, Unfit>
where
    Tags: FromSdk<S>,
{
    let all = incoming(live, "tags")?;
    Ok(Tagged { own: None, all: Some(all.unwrap_or_default()) })
}

/// All tags, for a create call; nothing rather than an empty list, which services refuse.
pub(crate) fn sent_tags<S>(tags: &Tagged) -> Result<Option<S>, Unfit>
where
    Tags: ToSdk<S>,
{
    outgoing(&filled(tags.all.clone()), "tags")
}

/// A part of a request that was built by hand lacks what the API requires; nothing was sent.
pub(crate) fn incomplete(error: BuildError) -> CloudError {
    CloudError::new(ErrorKind::Rejected, format!("the request is incomplete: {error}"))
}

/// A number for an API field that is 32 bits wide. The schema allows no other for such a property; of one that does not fit
/// all the same (in an import id) the nearest is sent, which AWS refuses.
pub(crate) fn int(number: i64) -> i32 {
    i32::try_from(number).unwrap_or(if number < 0 { i32::MIN } else { i32::MAX })
}

/// A problem of the property `name`.
pub(crate) fn problem(name: &str, message: impl Into<String>) -> Problem {
    Problem { path: name.into(), message: message.into(), help: None }
}
