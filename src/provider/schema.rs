//! What a provider says of its types, in one form for both protocols.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use prost::Message;
use wildfire_engine::model::{Map, Value};

use crate::value::{Mismatch, Ty, set};
use crate::wire::{
    Attribute5, Attribute6, Block5, Block6, Nested5, Nested6, ProviderSchema, Schema5, Schema6, ServerCapabilities,
};

/// The schema of a type, a data source, or a provider's own configuration.
#[derive(Clone, Debug)]
pub struct Schema {
    pub version: i64,
    pub block: Block,
    /// The type of its values.
    pub ty: Ty,
}

#[derive(Clone, Debug, Default)]
pub struct Block {
    pub attributes: BTreeMap<String, Attribute>,
    pub blocks: BTreeMap<String, NestedBlock>,
    pub doc: String,
}

#[derive(Clone, Debug)]
pub struct Attribute {
    pub ty: Ty,
    /// A nested attribute: how its objects are collected, and their attributes.
    pub nested: Option<(Nesting, BTreeMap<String, Attribute>)>,
    pub doc: String,
    pub required: bool,
    pub optional: bool,
    pub computed: bool,
    pub sensitive: bool,
    pub write_only: bool,
    pub deprecated: bool,
}

#[derive(Clone, Debug)]
pub struct NestedBlock {
    pub nesting: Nesting,
    pub block: Block,
    pub min: i64,
    pub max: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nesting {
    Single,
    List,
    Set,
    Map,
    /// Always there.
    Group,
    /// A list with one element at most.
    One,
}

impl Nesting {
    fn of_block(number: i32, max: i64) -> Result<Self, Mismatch> {
        Ok(match number {
            1 => Self::Single,
            2 if max == 1 => Self::One,
            2 => Self::List,
            3 => Self::Set,
            4 => Self::Map,
            5 => Self::Group,
            _ => return Err(Mismatch::new("a nesting that the protocol does not have")),
        })
    }

    fn collects(self, item: Ty) -> Ty {
        match self {
            Self::Single | Self::Group => item,
            Self::List => Ty::List(Box::new(item)),
            Self::Set => Ty::Set(Box::new(item)),
            Self::Map => Ty::Map(Box::new(item)),
            Self::One => Ty::One(Box::new(item)),
        }
    }
}

fn object(attributes: &BTreeMap<String, Attribute>) -> Ty {
    Ty::Object(attributes.iter().map(|(name, attribute)| (name.clone(), attribute.ty.clone())).collect())
}

impl Block {
    fn ty(&self) -> Ty {
        let Ty::Object(mut types) = object(&self.attributes) else { return Ty::Dyn };
        types.extend(
            self.blocks.iter().map(|(name, nested)| (name.clone(), nested.nesting.collects(nested.block.ty()))),
        );
        Ty::Object(types)
    }

    /// The block when nothing is written in it.
    pub fn empty(&self) -> Value {
        self.complete(Value::Map(Map::new()))
    }

    /// With every member that the type has: null attributes, and the empty forms of blocks that are not there. A null stays
    /// one, as does an unknown.
    pub fn complete(&self, value: Value) -> Value {
        let Value::Map(mut map) = value else { return value };
        let mut all = Map::new();
        for name in self.attributes.keys() {
            all.insert(name.clone(), map.shift_remove(name).unwrap_or_default());
        }
        for (name, nested) in &self.blocks {
            all.insert(name.clone(), nested.complete(map.shift_remove(name).unwrap_or_default()));
        }
        all.sort_unstable_keys();
        Value::Map(all)
    }
}

impl NestedBlock {
    fn complete(&self, value: Value) -> Value {
        let each = |items: Vec<Value>| items.into_iter().map(|item| self.block.complete(item)).collect();
        match (self.nesting, value) {
            (Nesting::Single | Nesting::One, value) => self.block.complete(value),
            (Nesting::Group, Value::Null) => self.block.empty(),
            (Nesting::Group, value) => self.block.complete(value),
            (Nesting::List | Nesting::Set, Value::Null) => Value::List(Vec::new()),
            (Nesting::List, Value::List(items)) => Value::List(each(items)),
            (Nesting::Set, Value::List(items)) => set(each(items)),
            (Nesting::Map, Value::Null) => Value::Map(Map::new()),
            (Nesting::Map, Value::Map(map)) => {
                Value::Map(map.into_iter().map(|(key, item)| (key, self.block.complete(item))).collect())
            }
            (_, value) => value,
        }
    }
}

impl Schema {
    /// # Errors
    /// It is no schema of that protocol.
    pub fn decode(protocol: u32, bytes: &[u8]) -> Result<Self, Mismatch> {
        let broken = |error: prost::DecodeError| Mismatch::new(format!("no schema: {error}"));
        let schema = match protocol {
            5 => Schema5::decode(bytes).map_err(broken)?.into(),
            _ => Schema6::decode(bytes).map_err(broken)?,
        };
        let block = block(schema.block.unwrap_or_default())?;
        Ok(Self { version: schema.version, ty: block.ty(), block })
    }
}

fn block(message: Block6) -> Result<Block, Mismatch> {
    let nested = |nested: Nested6| {
        let nesting = Nesting::of_block(nested.nesting, nested.max_items)?;
        let block = block(nested.block.unwrap_or_default())?;
        Ok((nested.type_name, NestedBlock { nesting, block, min: nested.min_items, max: nested.max_items }))
    };
    Ok(Block {
        attributes: attributes(message.attributes)?,
        blocks: message.blocks.into_iter().map(nested).collect::<Result<_, Mismatch>>()?,
        doc: message.description,
    })
}

fn attributes(messages: Vec<Attribute6>) -> Result<BTreeMap<String, Attribute>, Mismatch> {
    let one = |message: Attribute6| {
        let nested = match message.nested_type {
            Some(nested) => Some((Nesting::of_block(nested.nesting, 0)?, attributes(nested.attributes)?)),
            None => None,
        };
        let ty = match &nested {
            Some((nesting, fields)) => nesting.collects(object(fields)),
            None => Ty::from_json(&message.ty)?,
        };
        let attribute = Attribute {
            ty,
            nested,
            doc: message.description,
            required: message.required,
            optional: message.optional,
            computed: message.computed,
            sensitive: message.sensitive,
            write_only: message.write_only,
            deprecated: message.deprecated,
        };
        Ok((message.name, attribute))
    };
    messages.into_iter().map(one).collect()
}

impl From<Schema5> for Schema6 {
    fn from(schema: Schema5) -> Self {
        Self { version: schema.version, block: schema.block.map(Into::into) }
    }
}

impl From<Block5> for Block6 {
    fn from(block: Block5) -> Self {
        let attributes = block.attributes.into_iter().map(Into::into).collect();
        Self { attributes, blocks: block.blocks.into_iter().map(Into::into).collect(), description: block.description }
    }
}

impl From<Attribute5> for Attribute6 {
    fn from(of: Attribute5) -> Self {
        Self {
            name: of.name,
            ty: of.ty,
            description: of.description,
            required: of.required,
            optional: of.optional,
            computed: of.computed,
            sensitive: of.sensitive,
            deprecated: of.deprecated,
            nested_type: None,
            write_only: of.write_only,
        }
    }
}

impl From<Nested5> for Nested6 {
    fn from(of: Nested5) -> Self {
        Self {
            type_name: of.type_name,
            block: of.block.map(Into::into),
            nesting: of.nesting,
            min_items: of.min_items,
            max_items: of.max_items,
        }
    }
}

/// The schemas of a provider: bytes, until somebody asks for a type.
pub struct Schemas {
    protocol: u32,
    answer: ProviderSchema,
    decoded: Mutex<HashMap<(bool, String), Arc<Schema>>>,
}

impl Schemas {
    pub fn new(protocol: u32, answer: ProviderSchema) -> Self {
        Self { protocol, answer, decoded: Mutex::default() }
    }

    /// From a file that [`Schemas::to_bytes`] was written to.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (protocol, answer) = bytes.split_first()?;
        let answer = ProviderSchema::decode(answer).ok()?;
        matches!(protocol, 5 | 6).then(|| Self::new(u32::from(*protocol), answer))
    }

    pub fn to_bytes(&self) -> Vec<u8> {
        // 5 or 6.
        let mut bytes = vec![u8::try_from(self.protocol).unwrap_or_default()];
        bytes.extend(self.answer.encode_to_vec());
        bytes
    }

    pub fn capabilities(&self) -> ServerCapabilities {
        self.answer.capabilities.unwrap_or_default()
    }

    /// The names of all resource types.
    pub fn resources(&self) -> impl Iterator<Item = &str> {
        self.answer.resources.keys().map(String::as_str)
    }

    /// The names of all data sources.
    pub fn data_sources(&self) -> impl Iterator<Item = &str> {
        self.answer.data_sources.keys().map(String::as_str)
    }

    /// # Errors
    /// The provider has no such type, or its schema cannot be read.
    pub fn resource(&self, name: &str) -> Result<Arc<Schema>, Mismatch> {
        self.of(false, name, self.answer.resources.get(name))
    }

    /// # Errors
    /// As for [`Schemas::resource`].
    pub fn data_source(&self, name: &str) -> Result<Arc<Schema>, Mismatch> {
        self.of(true, name, self.answer.data_sources.get(name))
    }

    /// The schema of the provider's own configuration.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn provider(&self) -> Result<Schema, Mismatch> {
        Schema::decode(self.protocol, &self.answer.provider)
    }

    fn of(&self, data: bool, name: &str, bytes: Option<&Vec<u8>>) -> Result<Arc<Schema>, Mismatch> {
        let bytes = bytes.ok_or_else(|| Mismatch::new(format!("the provider has no {name}")))?;
        let mut decoded = self.decoded.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (data, name.to_string());
        if let Some(schema) = decoded.get(&key) {
            return Ok(schema.clone());
        }
        let schema = Arc::new(Schema::decode(self.protocol, bytes)?);
        decoded.insert(key, schema.clone());
        Ok(schema)
    }
}
