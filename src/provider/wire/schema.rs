//! The messages of a schema, which differ between the protocols in one field of an attribute.

use prost::Message;

macro_rules! messages {
    ($schema:ident, $block:ident, $attribute:ident, $nested:ident, $($field:tt)*) => {
        #[derive(Clone, PartialEq, Message)]
        pub struct $schema {
            #[prost(int64, tag = "1")]
            pub version: i64,
            #[prost(message, optional, tag = "2")]
            pub block: Option<$block>,
        }

        #[derive(Clone, PartialEq, Message)]
        pub struct $block {
            #[prost(message, repeated, tag = "2")]
            pub attributes: Vec<$attribute>,
            #[prost(message, repeated, tag = "3")]
            pub blocks: Vec<$nested>,
            #[prost(string, tag = "4")]
            pub description: String,
        }

        #[derive(Clone, PartialEq, Message)]
        pub struct $attribute {
            #[prost(string, tag = "1")]
            pub name: String,
            /// The type in JSON; empty where the type is nested.
            #[prost(bytes = "vec", tag = "2")]
            pub ty: Vec<u8>,
            #[prost(string, tag = "3")]
            pub description: String,
            #[prost(bool, tag = "4")]
            pub required: bool,
            #[prost(bool, tag = "5")]
            pub optional: bool,
            #[prost(bool, tag = "6")]
            pub computed: bool,
            #[prost(bool, tag = "7")]
            pub sensitive: bool,
            #[prost(bool, tag = "9")]
            pub deprecated: bool,
            $($field)*
        }

        #[derive(Clone, PartialEq, Message)]
        pub struct $nested {
            #[prost(string, tag = "1")]
            pub type_name: String,
            #[prost(message, optional, tag = "2")]
            pub block: Option<$block>,
            /// 1 single, 2 list, 3 set, 4 map, 5 group.
            #[prost(int32, tag = "3")]
            pub nesting: i32,
            #[prost(int64, tag = "4")]
            pub min_items: i64,
            #[prost(int64, tag = "5")]
            pub max_items: i64,
        }
    };
}

messages!(Schema5, Block5, Attribute5, Nested5,
    #[prost(bool, tag = "10")]
    pub write_only: bool,
);
messages!(Schema6, Block6, Attribute6, Nested6,
    #[prost(message, optional, tag = "10")]
    pub nested_type: Option<Object6>,
    #[prost(bool, tag = "11")]
    pub write_only: bool,
);

/// Nested attributes.
#[derive(Clone, PartialEq, Message)]
pub struct Object6 {
    #[prost(message, repeated, tag = "1")]
    pub attributes: Vec<Attribute6>,
    /// 1 single, 2 list, 3 set, 4 map.
    #[prost(int32, tag = "3")]
    pub nesting: i32,
}
