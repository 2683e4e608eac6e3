//! What is declared, and what each reference means.
//!
//! Owns: a body analysed once however often it is used (`definition`), the references in it (`uses`), the declaration that
//! each of them means (`resolve`, `outside`, `target`), and the check of the path behind it (`attributes`). Static: it looks at every
//! branch of every expression, and knows no value but `stage`.

mod attributes;
mod definition;
mod outside;
mod placement;
mod resolve;
mod target;
mod uses;

pub(super) use definition::Definition;
pub(super) use outside::not_stored;
pub(super) use resolve::{Resolver, World};
pub(super) use target::{Key, Read, Target};
pub(super) use uses::{Use, UsePart, templates};
