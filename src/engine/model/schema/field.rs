//! One property or attribute: its type, and the facts about it.

use std::borrow::Cow;

use super::ty::{Literal, Ty};
use super::{Beginning, text, texts};
use crate::model::{Form, Value};

/// What a change of a property does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// AWS cannot change it: the resource is replaced.
    Immutable,
    /// The named call of the type changes it in place: `ModifyVpcAttribute:EnableDnsSupport`.
    Update(&'static str),
    /// Only AWS sets it.
    Computed,
    /// A setting of ours, which AWS never sees (`force_destroy`); kept in state.
    Local,
    /// A field of a nested block: as its block says.
    Inherit,
}

/// One property or attribute of a type, or of a block of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    pub name: &'static str,
    pub ty: Ty,
    /// First sentence of the field's documentation.
    pub doc: &'static str,
    pub change: Change,
    /// While this other property is true, a change replaces the resource, whatever else it would do.
    pub replaced_while: Option<&'static str>,
    /// The user has to write it.
    pub required: bool,
    /// AWS puts a value in when the user writes none: an absent property is never a diff.
    pub aws_default: bool,
    /// wildfire makes a value up for a new object where the user writes none: a name, see [`Beginning`].
    pub generated: bool,
    /// It is the beginning of a generated value, and not a property of the object: AWS never sees it.
    pub begins: Option<Beginning>,
    /// Terraform's type does not have it: left out of what is written for Terraform's readers. So is all that begins with `_`.
    pub ours: bool,
    /// What an absent property means, where that is not "nothing".
    pub default: Option<Literal>,
    /// Never shown, never written to plan or state in the clear.
    pub sensitive: bool,
    /// Sent to AWS and never returned by it: compared with what state remembers (a digest when sensitive).
    pub write_only: bool,
    /// The create call does not take it: its update call follows the create.
    pub after_create: bool,
    /// A JSON document: a YAML map or a JSON string, compared by meaning.
    pub json: bool,
    /// What a JSON document is made of, where that is known: it is checked as blocks are, and what is written has their types.
    pub shape: Option<Ty>,
    /// What a JSON document means, where its parts have defaults and spellings of their own: both sides are compared after it.
    pub compared_after: Option<Normal>,
    /// The JSON document is a policy in the language of IAM, in which every value is text.
    pub policy: bool,
    /// A range of addresses, in the notation of CIDR: checked, and written as RFC 5952 has it.
    pub cidr: bool,
    /// Ids, ARNs, addresses or other attributes are made of it, so nothing sensitive may go into it.
    pub names: bool,
    /// The union of all tags of a resource: see [`TagRule::all`](super::TagRule).
    pub all_tags: bool,
    /// While it is true, the cloud refuses to delete the resource.
    pub protection: bool,
    /// A list of blocks in the vocabulary, and one block at most at AWS. A block without values is as good as none.
    pub single: bool,
    /// The blocks or elements that there may be, at least and at most.
    pub items: Option<(u32, u32)>,
    /// A block that is always there: one that is not written has the defaults of its fields.
    pub group: bool,
    /// The spellings that are one value. Nothing else makes two texts equal.
    pub forms: Vec<Form>,
    /// The numbers that AWS allows; none: what 32 bits hold, as most numbers of its API do.
    pub range: Option<(i64, i64)>,
    /// The characters that a text may have, at least and at most.
    pub length: Option<(u32, u32)>,
    /// A regular expression that the whole of a text matches.
    pub pattern: Option<&'static str>,
    /// It names a file of the project, of so many bytes at most.
    pub file: Option<u64>,
    /// Properties of which at least one has to be written with this one.
    pub needs: Vec<&'static str>,
    /// A computed attribute that an update may change: unknown in the plan of an update.
    pub changes_on_update: bool,
    /// The update calls that change it as well, though they are about other properties. Where nothing is written for it, it
    /// is unknown in a plan that makes one of them.
    pub changed_by: Vec<Cause>,
    /// Other properties that must not be written together with this one.
    pub conflicts: Vec<&'static str>,
    /// The only values AWS accepts; empty: any.
    pub one_of: Vec<&'static str>,
}

/// A document as one that means the same, and equals every other one that does. A part that is not known stays as it is.
#[derive(Clone, Copy, Debug)]
pub struct Normal {
    name: &'static str,
    of: fn(&Value) -> Value,
}

impl Normal {
    pub const fn new(name: &'static str, of: fn(&Value) -> Value) -> Self {
        Self { name, of }
    }

    pub fn of(self, document: &Value) -> Value {
        (self.of)(document)
    }
}

impl PartialEq for Normal {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

/// An update call that changes what it is not about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cause {
    pub call: &'static str,
    /// Only while this property is on.
    pub when: Option<&'static str>,
}

impl Field {
    /// A field of which nothing is known but its type: of a block, as its block says.
    pub fn new(name: impl Into<Cow<'static, str>>, ty: Ty) -> Self {
        let name = text(name);
        Self {
            name,
            ty,
            doc: "",
            change: Change::Inherit,
            replaced_while: None,
            required: false,
            aws_default: false,
            generated: false,
            ours: name.starts_with('_'),
            begins: None,
            default: None,
            sensitive: false,
            write_only: false,
            after_create: false,
            json: false,
            shape: None,
            compared_after: None,
            policy: false,
            cidr: false,
            names: false,
            all_tags: false,
            protection: false,
            single: false,
            items: None,
            group: false,
            forms: Vec::new(),
            range: None,
            length: None,
            pattern: None,
            file: None,
            needs: Vec::new(),
            changes_on_update: false,
            changed_by: Vec::new(),
            conflicts: Vec::new(),
            one_of: Vec::new(),
        }
    }

    #[must_use]
    pub fn doc(self, doc: impl Into<Cow<'static, str>>) -> Self {
        Self { doc: text(doc), ..self }
    }

    #[must_use]
    pub fn immutable(self) -> Self {
        Self { change: Change::Immutable, ..self }
    }

    /// Changed by the update call of that name.
    #[must_use]
    pub fn updated_by(self, call: impl Into<Cow<'static, str>>) -> Self {
        Self { change: Change::Update(text(call)), ..self }
    }

    #[must_use]
    pub fn computed(self) -> Self {
        Self { change: Change::Computed, ..self }
    }

    #[must_use]
    pub fn local(self) -> Self {
        Self { change: Change::Local, ..self }
    }

    #[must_use]
    pub fn required(self) -> Self {
        Self { required: true, ..self }
    }

    #[must_use]
    pub fn aws_default(self) -> Self {
        Self { aws_default: true, ..self }
    }

    /// A name that is made up where none is written. What an object is called then is no difference.
    #[must_use]
    pub fn generated(self) -> Self {
        Self { generated: true, aws_default: true, ..self }
    }

    #[must_use]
    pub fn ours(self) -> Self {
        Self { ours: true, ..self }
    }

    #[must_use]
    pub fn begins(self, beginning: Beginning) -> Self {
        Self { begins: Some(beginning), ..self }
    }

    #[must_use]
    pub fn default(self, default: Literal) -> Self {
        Self { default: Some(default), ..self }
    }

    #[must_use]
    pub fn sensitive(self) -> Self {
        Self { sensitive: true, ..self }
    }

    #[must_use]
    pub fn write_only(self) -> Self {
        Self { write_only: true, ..self }
    }

    #[must_use]
    pub fn after_create(self) -> Self {
        Self { after_create: true, ..self }
    }

    #[must_use]
    pub fn json(self) -> Self {
        Self { json: true, ..self }
    }

    /// Documents that are the same after `normal` mean the same.
    #[must_use]
    pub fn compared_after(self, normal: Normal) -> Self {
        Self { compared_after: Some(normal), ..self }
    }

    /// A document in the language of IAM.
    #[must_use]
    pub fn policy(self) -> Self {
        Self { json: true, policy: true, ..self }
    }

    #[must_use]
    pub fn cidr(self) -> Self {
        Self { cidr: true, ..self }
    }

    #[must_use]
    pub fn shape(self, shape: Ty) -> Self {
        Self { shape: Some(shape), ..self }
    }

    #[must_use]
    pub fn file(self, most: u64) -> Self {
        Self { file: Some(most), ..self }
    }

    #[must_use]
    pub fn names(self) -> Self {
        Self { names: true, ..self }
    }

    #[must_use]
    pub fn protection(self) -> Self {
        Self { protection: true, ..self }
    }

    /// A list without order.
    #[must_use]
    pub fn set(mut self) -> Self {
        if let Ty::List(inner) = self.ty {
            self.ty = Ty::Set(inner);
        }
        self
    }

    #[must_use]
    pub fn single(self) -> Self {
        Self { single: true, ..self }
    }

    #[must_use]
    pub fn items(self, least: u32, most: u32) -> Self {
        Self { items: Some((least, most)), ..self }
    }

    #[must_use]
    pub fn group(self) -> Self {
        Self { group: true, ..self }
    }

    #[must_use]
    pub fn replaced_while(self, property: impl Into<Cow<'static, str>>) -> Self {
        Self { replaced_while: Some(text(property)), ..self }
    }

    #[must_use]
    pub fn forms(self, forms: impl Into<Vec<Form>>) -> Self {
        Self { forms: forms.into(), ..self }
    }

    #[must_use]
    pub fn range(self, least: i64, most: i64) -> Self {
        Self { range: Some((least, most)), ..self }
    }

    #[must_use]
    pub fn length(self, least: u32, most: u32) -> Self {
        Self { length: Some((least, most)), ..self }
    }

    #[must_use]
    pub fn pattern(self, pattern: impl Into<Cow<'static, str>>) -> Self {
        Self { pattern: Some(text(pattern)), ..self }
    }

    #[must_use]
    pub fn needs<T: Into<Cow<'static, str>>>(self, names: impl IntoIterator<Item = T>) -> Self {
        Self { needs: texts(names), ..self }
    }

    #[must_use]
    pub fn conflicts<T: Into<Cow<'static, str>>>(self, names: impl IntoIterator<Item = T>) -> Self {
        Self { conflicts: texts(names), ..self }
    }

    #[must_use]
    pub fn one_of<T: Into<Cow<'static, str>>>(self, values: impl IntoIterator<Item = T>) -> Self {
        Self { one_of: texts(values), ..self }
    }

    #[must_use]
    pub fn changes_on_update(self) -> Self {
        Self { changes_on_update: true, ..self }
    }

    #[must_use]
    pub fn changed_by(mut self, call: impl Into<Cow<'static, str>>) -> Self {
        self.changed_by.push(Cause { call: text(call), when: None });
        self
    }

    /// Changed by a call while another property is on.
    #[must_use]
    pub fn changed_by_when(
        mut self,
        call: impl Into<Cow<'static, str>>,
        property: impl Into<Cow<'static, str>>,
    ) -> Self {
        self.changed_by.push(Cause { call: text(call), when: Some(text(property)) });
        self
    }

    /// True when it is a part of what is wanted, and not only of what there is.
    pub fn is_property(&self) -> bool {
        !matches!(self.change, Change::Computed)
    }

    /// True when the user may write it. All tags of a resource are made of what the user writes, and are not written.
    pub fn is_written(&self) -> bool {
        self.is_property() && !self.all_tags
    }

    /// True for a property that a read returns.
    pub fn is_returned(&self) -> bool {
        self.is_property() && self.change != Change::Local && !self.write_only && self.begins.is_none()
    }

    /// True for a list whose order has no meaning.
    pub fn is_set(&self) -> bool {
        matches!(self.ty, Ty::Set(_))
    }

    /// A text in the one spelling that stands for all that the field declares: see [`Form::normal`].
    pub fn normal(&self, text: &str) -> String {
        self.forms.iter().fold(text.to_string(), |text, form| form.normal(&text))
    }

    /// A secret that can be set at any time, and that AWS never returns.
    pub fn is_password(&self) -> bool {
        self.sensitive && self.write_only && matches!(self.change, Change::Update(_))
    }

    /// The fields of the block or blocks that this field holds.
    pub fn block(&self) -> Option<&[Field]> {
        match &self.ty {
            Ty::Map(inner) => inner.object(),
            ty => ty.object().or_else(|| ty.blocks()),
        }
    }
}
