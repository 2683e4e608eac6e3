//! Steps without a mutating call: what changes is what state says.

use super::step::Wanted;
use crate::apply::failure::{Doing, Stop, first, from_call_error};
use crate::apply::run::Run;
use crate::apply::waiting::Until;
use crate::journal::Entry;
use crate::model::secret::texts;
use crate::model::{Address, Change, Code, Map, PhysicalId, ReadRequest, Value};
use crate::plan::{Mode, StepPlan};
use crate::state::ResourceState;

impl Run<'_> {
    pub(in crate::apply) async fn forget(
        &self,
        step: &StepPlan,
        deposed: Option<&str>,
        gone: bool,
    ) -> Result<(), Stop> {
        self.start(step)?;
        let (path, deposed) = (step.address.path().to_string(), deposed.map(str::to_string));
        self.conclude(step, vec![Entry::Forgotten { path, deposed, gone }]).await
    }

    pub(in crate::apply) async fn relocate(&self, step: &StepPlan, from: &Address) -> Result<(), Stop> {
        self.start(step)?;
        let (from, to) = (from.path().to_string(), step.address.path().to_string());
        self.conclude(step, vec![Entry::Moved { from, to }]).await
    }

    pub(in crate::apply) async fn restore(&self, step: &StepPlan, key: &str, depose: &str) -> Result<(), Stop> {
        self.start(step)?;
        let (path, key, depose) = (step.address.path().to_string(), key.to_string(), depose.to_string());
        self.conclude(step, vec![Entry::Restored { path, key, depose }]).await
    }

    /// Reads the resource once more, for the parts that no plan holds, and takes it into state.
    pub(in crate::apply) async fn import(&self, step: &StepPlan, id: &PhysicalId) -> Result<(), Stop> {
        let schema = self.schema(step)?;
        self.start(step)?;
        let declared = self.wanted(step, schema).await.ok();
        // State knows nothing of it yet, so everything is read.
        let all = schema.fields.iter().filter(|field| field.is_property());
        let asked: Map = all.map(|field| (field.name.to_string(), Value::Bool(true))).collect();
        let live = match (schema.in_state, &declared) {
            (true, Some(declared)) => self.generated(step, id, &declared.value).await?,
            _ => {
                let about = (&step.place, id);
                let until = Until::Ready;
                self.settle(step, schema, Doing::Read, about, &Value::Map(asked), until, |_| false).await?
            }
        };
        // Nothing is wanted yet: what differs is for the update steps, and what AWS never returns is not known.
        let sensitive = declared.as_ref().map(|wanted| wanted.sensitive.clone()).unwrap_or_default();
        let nothing = Wanted { sensitive, ..Wanted::default() };
        let mut attributes = self.attributes(step, schema, &live, &nothing, |_| true);
        // A password is taken to be the declared one, so that another one in the files is a change.
        if let (Some(declared), Value::Map(recorded)) = (declared, &mut attributes.recorded) {
            let redacted = self.redacted(&step.address, schema, &declared);
            for field in schema.fields.iter().filter(|field| field.is_password()) {
                recorded.extend(redacted.get(field.name).map(|value| (field.name.to_string(), value.clone())));
            }
        }
        let (prevent_destroy, create_before_destroy) = self.protections(&step.address);
        let resource = ResourceState {
            type_name: schema.name.into(),
            id: id.clone(),
            place: step.place.clone(),
            attributes: attributes.recorded,
            dependencies: self.dependencies(&step.address),
            sensitive: texts(&nothing.sensitive),
            prevent_destroy,
            create_before_destroy,
            unfinished: Vec::new(),
            unread: false,
            created_by: None,
            failed: None,
        };
        self.knowledge.set_read(step.address.path(), attributes.clear);
        self.conclude(step, vec![Entry::Adopted { path: step.address.path().to_string(), resource }]).await
    }

    /// A generated value of which only the id is known: the rest is as it is declared.
    async fn generated(&self, step: &StepPlan, id: &PhysicalId, declared: &Value) -> Result<Value, Stop> {
        let request = ReadRequest { remembered: Some(declared.clone()), ..ReadRequest::new(id.clone(), Vec::new()) };
        let answer = self.cloud.read(&step.place, step.type_name, &[request]).await.pop();
        match answer {
            Some(Ok(Some(live))) => Ok(live),
            Some(Err(error)) => {
                let origin = self.origin(&step.address);
                Err(Stop::Failed(from_call_error(Doing::Read, &step.address, origin, &error).into()))
            }
            Some(Ok(None)) | None => Err(self.failed(&step.address, Code::NotFound, "its time is over")),
        }
    }

    /// Takes into state what the plan saw at AWS, and settings that AWS never sees.
    pub(in crate::apply) async fn record(&self, step: &StepPlan) -> Result<(), Stop> {
        let schema = self.schema(step)?;
        self.start(step)?;
        let path = step.address.path();
        let Some(state) = self.journal.resource(path) else {
            return Err(self.failed(&step.address, Code::Internal, "it is to be recorded and is not in state"));
        };
        // A refresh takes what is at AWS, whatever is declared.
        let declared = self.plan.mode != Mode::RefreshOnly && self.graph.resources.contains_key(&step.address);
        let wanted = match declared {
            true => self.wanted(step, schema).await?,
            false => Wanted::default(),
        };
        let live = self.prior(&step.address, schema, &state.attributes);
        let attributes = self.attributes(step, schema, &live, &wanted, |field| field.change == Change::Local);
        let mut entries = vec![Entry::Observed { path: path.to_string(), attributes: attributes.recorded }];
        entries.extend(declared.then(|| self.describe_anew(&step.address, &wanted.sensitive)).flatten());
        self.knowledge.set_read(step.address.path(), attributes.clear);
        self.conclude(step, entries).await
    }

    /// Reads a data source whose arguments are known only now.
    pub(in crate::apply) async fn read_data(&self, step: &StepPlan) -> Result<(), Stop> {
        self.await_dependencies(step).await?;
        let slot = self.begin_alone(step).await?;
        let arguments = self.graph.evaluate_data(&step.address, &self.known()).map_err(|problems| {
            first(problems, || self.failed(&step.address, Code::EvaluationFailed, "no arguments"))
        })?;
        let result = self.read_data_with(step, slot, &arguments).await?;
        self.knowledge.set_read(step.address.path(), result);
        Ok(())
    }
}
