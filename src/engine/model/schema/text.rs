//! Texts of schemas. They live as long as the process, so that a name can be handed on without a copy of it.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::{LazyLock, Mutex, PoisonError};

/// A text that lives as long as the process. One that is made while it runs is kept once, however often it is asked for.
pub fn text(text: impl Into<Cow<'static, str>>) -> &'static str {
    static KEPT: LazyLock<Mutex<HashSet<&'static str>>> = LazyLock::new(Mutex::default);
    match text.into() {
        Cow::Borrowed(text) => text,
        Cow::Owned(text) => {
            let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(known) = kept.get(text.as_str()) {
                return known;
            }
            let text: &'static str = Box::leak(text.into_boxed_str());
            kept.insert(text);
            text
        }
    }
}

/// Several texts: see [`text`].
pub fn texts<T: Into<Cow<'static, str>>>(all: impl IntoIterator<Item = T>) -> Vec<&'static str> {
    all.into_iter().map(text).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_kept_once() {
        let (one, other) = (text(format!("size_{}", 1)), text(format!("size_{}", 1)));
        assert!(std::ptr::eq(one, other));
        assert_eq!(texts([one, "size_2"]), ["size_1", "size_2"]);
    }
}
