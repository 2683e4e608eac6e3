//! Properties that a service has as attributes: by name, with text as values.

use std::collections::HashMap;

use super::{Unfit, filled};

/// A property as the text of an attribute.
pub(crate) trait Attribute: Sized {
    fn to_text(&self) -> String;
    fn from_text(text: String) -> Result<Self, Unfit>;
}

impl Attribute for String {
    fn to_text(&self) -> String {
        self.clone()
    }

    fn from_text(text: String) -> Result<Self, Unfit> {
        Ok(text)
    }
}

macro_rules! attribute {
    ($($ty:ty: $what:literal),*) => {$(
        impl Attribute for $ty {
            fn to_text(&self) -> String {
                self.to_string()
            }

            fn from_text(text: String) -> Result<Self, Unfit> {
                text.trim().parse().map_err(|_| Unfit::read(format!("{text:?} is no {}", $what)))
            }
        }
    )*};
}

attribute!(bool: "flag", i64: "number", f64: "number");

/// Takes the attribute `key`; an empty one says nothing.
pub(crate) fn attribute<K: std::hash::Hash + Eq, T: Attribute>(
    live: &mut HashMap<K, String>,
    key: &K,
    path: &str,
) -> Result<Option<T>, Unfit> {
    let text = filled(live.remove(key));
    text.map(T::from_text).transpose().map_err(|unfit| unfit.within(path))
}
