//! The calls of a provider, over either protocol.

use std::sync::Arc;

use wildfire_engine::model::{CloudError, ErrorKind, PropertyPath, Value, redactor};

use crate::process::{Launch, Plugin, StartError};
use crate::schema::{Schema, Schemas};
use crate::value::{Mismatch, Ty, decode, encode, from_json};
use crate::wire::{
    ApplyRequest, ApplyResponse, AttributePath, ClientCapabilities, ConfigureRequest, Deferred, Diagnostic,
    Diagnostics, DynamicValue, Empty, ImportRequest, ImportResponse, PlanRequest, PlanResponse, ProviderSchema,
    RawState, ReadDataRequest, ReadDataResponse, ReadResourceRequest, ReadResourceResponse, Selector, StopResponse,
    UpgradeRequest, UpgradeResponse, ValidateProviderRequest, ValidateProviderResponse, ValidateRequest,
};

const CAPABILITIES: ClientCapabilities =
    ClientCapabilities { deferral_allowed: false, write_only_attributes_allowed: true };
/// Providers put it in the name by which they call themselves; it has to be a version.
const HOST_VERSION: &str = "1.11.0";

/// A call that failed.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Failed {
    /// The provider's own errors, a line for each.
    #[error("{0}")]
    Said(String),
    /// The process is gone, or the answer cannot be read. Whether it did what it was asked is not known.
    #[error("{0}")]
    Lost(String),
    /// Nothing was sent.
    #[error("{0}")]
    Unsent(String),
}

impl From<Mismatch> for Failed {
    fn from(error: Mismatch) -> Self {
        Failed::Unsent(error.to_string())
    }
}

impl From<StartError> for Failed {
    fn from(error: StartError) -> Self {
        Failed::Unsent(error.to_string())
    }
}

impl Failed {
    /// As an error of the engine. `mutating`: the call may have changed something.
    pub fn of_call(self, what: &str, mutating: bool) -> CloudError {
        let kind = match &self {
            Failed::Said(_) | Failed::Unsent(_) => ErrorKind::Rejected,
            Failed::Lost(_) if mutating => ErrorKind::Ambiguous,
            Failed::Lost(_) => ErrorKind::Unreadable,
        };
        CloudError::new(kind, format!("{what}: {self}"))
    }
}

/// A value with what the provider wants to be handed back with it.
#[derive(Clone, PartialEq)]
pub struct Kept {
    pub value: Value,
    pub private: Vec<u8>,
}

/// What a provider plans.
#[derive(Clone, PartialEq)]
pub struct Planned {
    pub value: Value,
    pub private: Vec<u8>,
    pub replaces: Vec<PropertyPath>,
    /// Its types do not hold to what they plan, and nobody may hold it against them.
    pub legacy: bool,
}

/// What became of an apply.
#[derive(Clone, PartialEq)]
pub struct Applied {
    /// Null: nothing is there.
    pub kept: Kept,
    /// It failed, and left `kept` behind.
    pub error: Option<String>,
    pub legacy: bool,
}

/// A running provider and its schemas.
pub struct Provider {
    plugin: Plugin,
    schemas: Arc<Schemas>,
}

impl Provider {
    /// Starts a provider. Its schemas are asked for unless they are `known` and it says that it can do without the question.
    ///
    /// # Errors
    /// It cannot be started, or does not tell its schemas.
    pub async fn start(launch: &Launch, known: Option<Arc<Schemas>>) -> Result<Self, Failed> {
        let plugin = Plugin::start(launch).await?;
        let known = known.filter(|known| known.capabilities().get_provider_schema_optional);
        let schemas = match known {
            Some(known) => known,
            None => {
                let method = method(plugin.protocol, ["GetSchema", "GetProviderSchema"]);
                let answer: ProviderSchema =
                    plugin.call(&method, Empty {}).await.map_err(|status| lost(&plugin, &status))?;
                errors(&answer.diagnostics)?;
                Arc::new(Schemas::new(plugin.protocol, answer))
            }
        };
        Ok(Self { plugin, schemas })
    }

    pub fn schemas(&self) -> &Arc<Schemas> {
        &self.schemas
    }

    pub async fn end(&self) {
        self.plugin.end().await;
    }

    /// Cancels the calls in progress; their answers follow. Fails as the provider says.
    pub async fn stop(&self) -> Result<(), Failed> {
        let answer: StopResponse = self.call(["Stop", "StopProvider"], Empty {}).await?;
        if answer.error.is_empty() { Ok(()) } else { Err(Failed::Said(shown(&answer.error))) }
    }

    async fn call<Q, A>(&self, names: [&str; 2], request: Q) -> Result<A, Failed>
    where
        Q: prost::Message + Default + 'static,
        A: prost::Message + Default + 'static,
    {
        let method = method(self.plugin.protocol, names);
        tracing::debug!(method, "provider call");
        self.plugin.call(&method, request).await.map_err(|status| lost(&self.plugin, &status))
    }

    /// Gives the provider its configuration.
    ///
    /// # Errors
    /// The provider's.
    pub async fn configure(&self, config: &Value) -> Result<(), Failed> {
        let schema = self.schemas.provider()?;
        let config = Some(wire(&schema.block.complete(config.clone()), &schema.ty)?);
        let request = ValidateProviderRequest { config: config.clone() };
        let answer: ValidateProviderResponse =
            self.call(["PrepareProviderConfig", "ValidateProviderConfig"], request).await?;
        errors(&answer.diagnostics)?;
        let capabilities = Some(CAPABILITIES);
        let request = ConfigureRequest { terraform_version: HOST_VERSION.into(), config, capabilities };
        let answer: Diagnostics = self.call(["Configure", "ConfigureProvider"], request).await?;
        errors(&answer.diagnostics)
    }

    /// Lets the provider check a configuration, which may hold unknowns.
    ///
    /// # Errors
    /// What is wrong with it.
    pub async fn validate(&self, type_name: &str, schema: &Schema, config: &Value) -> Result<(), Failed> {
        let config = Some(wire(config, &schema.ty)?);
        let request = ValidateRequest { type_name: type_name.into(), config, capabilities: Some(CAPABILITIES) };
        let answer: Diagnostics = self.call(["ValidateResourceTypeConfig", "ValidateResourceConfig"], request).await?;
        errors(&answer.diagnostics)
    }

    /// State as it was kept, in the form of this provider's schema.
    ///
    /// # Errors
    /// The provider's.
    pub async fn upgrade(
        &self,
        type_name: &str,
        schema: &Schema,
        version: i64,
        json: Vec<u8>,
    ) -> Result<Value, Failed> {
        let raw_state = Some(RawState { json });
        let request = UpgradeRequest { type_name: type_name.into(), version, raw_state };
        let answer: UpgradeResponse = self.call(["UpgradeResourceState"; 2], request).await?;
        errors(&answer.diagnostics)?;
        Ok(schema.block.complete(value(answer.state, &schema.ty, type_name)?))
    }

    /// Reads a resource; none: it is gone.
    ///
    /// # Errors
    /// The provider's.
    pub async fn read(&self, type_name: &str, schema: &Schema, known: &Kept) -> Result<Option<Kept>, Failed> {
        let request = ReadResourceRequest {
            type_name: type_name.into(),
            current: Some(wire(&known.value, &schema.ty)?),
            private: known.private.clone(),
            provider_meta: None,
            capabilities: Some(CAPABILITIES),
        };
        let answer: ReadResourceResponse = self.call(["ReadResource"; 2], request).await?;
        errors(&answer.diagnostics)?;
        not_deferred(answer.deferred)?;
        let value = schema.block.complete(value(answer.state, &schema.ty, type_name)?);
        Ok((!value.is_null()).then_some(Kept { value, private: answer.private }))
    }

    /// Asks what a change would come to. `name` is what unknowns of the answer are called.
    ///
    /// # Errors
    /// The provider's.
    pub async fn plan(
        &self,
        type_name: &str,
        schema: &Schema,
        prior: &Kept,
        config: &Value,
        name: &str,
    ) -> Result<Planned, Failed> {
        let proposed = crate::proposed::proposed(&schema.block, &prior.value, config);
        let request = PlanRequest {
            type_name: type_name.into(),
            prior: Some(wire(&prior.value, &schema.ty)?),
            proposed: Some(wire(&proposed, &schema.ty)?),
            config: Some(wire(config, &schema.ty)?),
            prior_private: prior.private.clone(),
            provider_meta: None,
            capabilities: Some(CAPABILITIES),
        };
        let answer: PlanResponse = self.call(["PlanResourceChange"; 2], request).await?;
        errors(&answer.diagnostics)?;
        not_deferred(answer.deferred)?;
        let replaces = answer.requires_replace.iter().map(|found| path(found, &schema.ty)).collect();
        let value = schema.block.complete(value(answer.planned, &schema.ty, name)?);
        Ok(Planned { value, private: answer.private, replaces, legacy: answer.legacy })
    }

    /// Carries a plan out.
    ///
    /// # Errors
    /// The provider's, when it left nothing that was not there before; or nobody knows.
    pub async fn apply(
        &self,
        type_name: &str,
        schema: &Schema,
        prior: &Value,
        planned: &Planned,
        config: &Value,
    ) -> Result<Applied, Failed> {
        let request = ApplyRequest {
            type_name: type_name.into(),
            prior: Some(wire(prior, &schema.ty)?),
            planned: Some(wire(&planned.value, &schema.ty)?),
            config: Some(wire(config, &schema.ty)?),
            private: planned.private.clone(),
            provider_meta: None,
        };
        let answer: ApplyResponse = self.call(["ApplyResourceChange"; 2], request).await?;
        let error = errors(&answer.diagnostics).err().map(|error| error.to_string());
        let left = match (answer.state, &error) {
            (None, Some(error)) => return Err(Failed::Said(error.clone())),
            (state, _) => value(state, &schema.ty, type_name),
        };
        let value = schema.block.complete(left?);
        Ok(Applied { kept: Kept { value, private: answer.private }, error, legacy: answer.legacy })
    }

    /// What has the import id, with little more than its id; a read tells the rest.
    ///
    /// # Errors
    /// The provider's, and several objects.
    pub async fn import(&self, type_name: &str, schema: &Schema, id: &str) -> Result<Option<Kept>, Failed> {
        let request = ImportRequest { type_name: type_name.into(), id: id.into(), capabilities: Some(CAPABILITIES) };
        let answer: ImportResponse = self.call(["ImportResourceState"; 2], request).await?;
        errors(&answer.diagnostics)?;
        not_deferred(answer.deferred)?;
        let mut found = answer.imported.into_iter().filter(|imported| imported.type_name == type_name);
        match (found.next(), found.next()) {
            (None, _) => Ok(None),
            (Some(_), Some(_)) => Err(Failed::Said(format!("{id} is several objects of {type_name}"))),
            (Some(one), None) => {
                let value = schema.block.complete(value(one.state, &schema.ty, type_name)?);
                Ok((!value.is_null()).then_some(Kept { value, private: one.private }))
            }
        }
    }

    /// Reads a data source.
    ///
    /// # Errors
    /// The provider's.
    pub async fn read_data(&self, type_name: &str, schema: &Schema, config: &Value) -> Result<Value, Failed> {
        let config = Some(wire(config, &schema.ty)?);
        let request = ReadDataRequest {
            type_name: type_name.into(),
            config,
            provider_meta: None,
            capabilities: Some(CAPABILITIES),
        };
        let answer: ReadDataResponse = self.call(["ReadDataSource"; 2], request).await?;
        errors(&answer.diagnostics)?;
        not_deferred(answer.deferred)?;
        Ok(schema.block.complete(value(answer.state, &schema.ty, type_name)?))
    }
}

/// The path of a method by its names in protocols 5 and 6.
fn method(protocol: u32, [five, six]: [&str; 2]) -> String {
    format!("/tfplugin{protocol}.Provider/{}", if protocol == 5 { five } else { six })
}

fn lost(plugin: &Plugin, status: &tonic::Status) -> Failed {
    match status.code() {
        tonic::Code::Unimplemented => Failed::Unsent("the provider does not have this call".into()),
        code => Failed::Lost(format!(
            "the provider did not answer ({code:?}: {}){}",
            shown(status.message()),
            plugin.said()
        )),
    }
}

fn shown(text: &str) -> String {
    redactor::filter(text.trim()).into_owned()
}

fn not_deferred(deferred: Option<Deferred>) -> Result<(), Failed> {
    match deferred {
        None => Ok(()),
        Some(_) => Err(Failed::Said("the provider puts its answer off, which it may not".into())),
    }
}

/// The errors among diagnostics, as one; warnings go to the log.
fn errors(diagnostics: &[Diagnostic]) -> Result<(), Failed> {
    let (bad, warnings): (Vec<_>, Vec<_>) = diagnostics.iter().partition(|diagnostic| diagnostic.severity != 2);
    for warning in warnings {
        tracing::warn!("provider: {}", text(warning));
    }
    match bad.is_empty() {
        true => Ok(()),
        false => Err(Failed::Said(bad.into_iter().map(text).collect::<Vec<_>>().join("\n"))),
    }
}

fn text(diagnostic: &Diagnostic) -> String {
    let place = diagnostic.attribute.as_ref().map(|found| path(found, &Ty::Dyn).to_string()).unwrap_or_default();
    let place = if place.is_empty() { place } else { format!("`{place}`: ") };
    let detail = match diagnostic.detail.trim() {
        "" => String::new(),
        detail => format!(": {detail}"),
    };
    shown(&format!("{place}{}{detail}", diagnostic.summary.trim()))
}

/// A path of the protocol in a value of the engine: the index of a block of one falls away.
fn path(found: &AttributePath, ty: &Ty) -> PropertyPath {
    let mut ty = Some(ty);
    let mut out = PropertyPath::default();
    for step in &found.steps {
        match (&step.selector, ty) {
            (Some(Selector::Index(_)), Some(Ty::One(inner))) => ty = Some(inner),
            (Some(Selector::Index(index)), of) => {
                out = out.index(usize::try_from(*index).unwrap_or_default());
                ty = match of {
                    Some(Ty::List(inner)) => Some(inner),
                    Some(Ty::Tuple(types)) => usize::try_from(*index).ok().and_then(|index| types.get(index)),
                    _ => None,
                };
            }
            (Some(Selector::Attribute(name) | Selector::Key(name)), of) => {
                out = out.key(name.as_str());
                ty = match of {
                    Some(Ty::Object(types)) => types.get(name),
                    Some(Ty::Map(inner)) => Some(inner),
                    _ => None,
                };
            }
            (None, _) => {}
        }
    }
    out
}

fn wire(value: &Value, ty: &Ty) -> Result<DynamicValue, Mismatch> {
    Ok(DynamicValue { msgpack: encode(value, ty)?, json: Vec::new() })
}

fn value(wire: Option<DynamicValue>, ty: &Ty, name: &str) -> Result<Value, Failed> {
    let unread = |error: Mismatch| Failed::Lost(format!("its answer cannot be read: {error}"));
    let Some(wire) = wire else { return Ok(Value::Null) };
    match (wire.msgpack.is_empty(), wire.json.is_empty()) {
        (true, true) => Ok(Value::Null),
        (false, _) => decode(&wire.msgpack, ty, name).map_err(unread),
        (true, false) => {
            let json = serde_json::from_slice(&wire.json).map_err(|error| unread(Mismatch::new(error.to_string())))?;
            from_json(&json, ty, name).map_err(unread)
        }
    }
}
