//! The types of properties.

use std::collections::BTreeMap;

use indexmap::IndexMap;

use super::Field;
use crate::model::Value;

/// The type of a property.
#[derive(Clone, Debug, PartialEq)]
pub enum Ty {
    String,
    /// A version, of which users write as many parts as they care for: `16` is met by `16.6`. What the cloud has upgraded
    /// by itself within the major version is no difference: see [`standing`](crate::model::standing).
    Version,
    Int,
    Float,
    /// Any number: an int stays one.
    Number,
    Bool,
    /// Any value: a JSON document, or what has no fixed shape.
    Any,
    List(Box<Ty>),
    /// A list whose order has no meaning, and in which no element is twice.
    Set(Box<Ty>),
    /// A list in which each place has a type of its own.
    Tuple(Vec<Ty>),
    Map(Box<Ty>),
    /// A block with at most one occurrence, written as a map; or an element of a list, a set or a map of blocks.
    Object(Vec<Field>),
}

impl Ty {
    pub fn list(of: Ty) -> Self {
        Ty::List(Box::new(of))
    }

    pub fn set(of: Ty) -> Self {
        Ty::Set(Box::new(of))
    }

    pub fn map(of: Ty) -> Self {
        Ty::Map(Box::new(of))
    }

    /// The type of the element at a place of a list, a set or a tuple.
    pub fn element(&self, index: usize) -> Option<&Ty> {
        match self {
            Ty::List(inner) | Ty::Set(inner) => Some(inner),
            Ty::Tuple(types) => types.get(index),
            _ => None,
        }
    }

    /// The type of what a key of a map or a block holds.
    pub fn entry(&self, key: &str) -> Option<&Ty> {
        match self {
            Ty::Map(inner) => Some(inner),
            Ty::Object(fields) => fields.iter().find(|field| field.name == key).map(|field| &field.ty),
            _ => None,
        }
    }

    /// The fields of a block.
    pub fn object(&self) -> Option<&[Field]> {
        match self {
            Ty::Object(fields) => Some(fields),
            _ => None,
        }
    }

    /// The fields of the blocks in a list or a set.
    pub fn blocks(&self) -> Option<&[Field]> {
        match self {
            Ty::List(inner) | Ty::Set(inner) => inner.object(),
            _ => None,
        }
    }

    /// True for what is written as a list.
    pub fn is_list(&self) -> bool {
        matches!(self, Ty::List(_) | Ty::Set(_) | Ty::Tuple(_))
    }
}

/// A default that the provider, not AWS, puts in for an absent property.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Literal {
    Bool(bool),
    Int(i64),
    Float(f64),
    Str(&'static str),
}

impl From<Literal> for Value {
    fn from(literal: Literal) -> Self {
        match literal {
            Literal::Bool(b) => Value::Bool(b),
            Literal::Int(i) => Value::Int(i),
            Literal::Float(f) => Value::Float(f),
            Literal::Str(s) => Value::from(s),
        }
    }
}

/// Implemented by `#[derive(Fields)]` for the struct of a type or of a block.
pub trait Fields {
    fn fields() -> Vec<Field>;
}

/// The language's type of a Rust type.
pub trait FieldType {
    fn ty() -> Ty;
}

macro_rules! field_types {
    ($($rust:ty => $ty:expr),* $(,)?) => { $(impl FieldType for $rust { fn ty() -> Ty { $ty } })* };
}

field_types! {
    String => Ty::String,
    bool => Ty::Bool,
    i64 => Ty::Int,
    i32 => Ty::Int,
    f64 => Ty::Float,
    Value => Ty::Any,
    serde_json::Value => Ty::Any,
}

impl<T: FieldType> FieldType for Option<T> {
    fn ty() -> Ty {
        T::ty()
    }
}

impl<T: FieldType> FieldType for Vec<T> {
    fn ty() -> Ty {
        Ty::list(T::ty())
    }
}

impl<T: FieldType> FieldType for IndexMap<String, T> {
    fn ty() -> Ty {
        Ty::map(T::ty())
    }
}

impl<T: FieldType> FieldType for BTreeMap<String, T> {
    fn ty() -> Ty {
        Ty::map(T::ty())
    }
}

impl<T: FieldType> FieldType for Box<T> {
    fn ty() -> Ty {
        T::ty()
    }
}
