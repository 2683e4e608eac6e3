//! Several clouds as one: the name of a type tells which catalog knows it, and which cloud has it.
//!
//! Owns: who answers for a type. Leaves out: the types and the calls of each cloud.

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use crate::model::{
    Batch, Catalog, Cloud, CloudError, Created, DataSchema, ErrorKind, Foreseen, Found, Identity, Mutation, NaturalKey,
    Operation, PhysicalId, Placement, Problem, Question, ReadRequest, Readiness, Recover, ReservedTags, TypeSchema,
    Value,
};

/// Catalogs as one. Where two know a type, it is that of the first.
#[derive(Clone)]
pub struct Catalogs {
    all: Vec<Arc<dyn Catalog>>,
    /// Which of them a type, or a data source, is of.
    types: HashMap<&'static str, usize>,
    data: HashMap<&'static str, usize>,
}

impl Catalogs {
    pub fn new(all: impl IntoIterator<Item = Arc<dyn Catalog>>) -> Self {
        let all: Vec<Arc<dyn Catalog>> = all.into_iter().collect();
        let (mut types, mut data) = (HashMap::new(), HashMap::new());
        for (index, catalog) in all.iter().enumerate() {
            for schema in catalog.types() {
                types.entry(schema.name).or_insert(index);
            }
            for schema in catalog.data_types() {
                data.entry(schema.name).or_insert(index);
            }
        }
        Self { all, types, data }
    }

    /// The place among the catalogs of the one that knows a resource type.
    pub fn owner(&self, type_name: &str) -> Option<usize> {
        self.types.get(type_name).copied()
    }

    /// The same for a data source.
    pub fn data_owner(&self, type_name: &str) -> Option<usize> {
        self.data.get(type_name).copied()
    }

    fn of(&self, type_name: &str) -> Option<&dyn Catalog> {
        self.owner(type_name).map(|index| &*self.all[index])
    }
}

impl Catalog for Catalogs {
    fn schema(&self, type_name: &str) -> Option<&'static TypeSchema> {
        self.of(type_name)?.schema(type_name)
    }

    fn data_schema(&self, type_name: &str) -> Option<&'static DataSchema> {
        self.all[self.data_owner(type_name)?].data_schema(type_name)
    }

    fn types(&self) -> Vec<&'static TypeSchema> {
        let own = |(index, catalog): (usize, &Arc<dyn Catalog>)| {
            catalog.types().into_iter().filter(move |schema| self.owner(schema.name) == Some(index))
        };
        self.all.iter().enumerate().flat_map(own).collect()
    }

    fn data_types(&self) -> Vec<&'static DataSchema> {
        let own = |(index, catalog): (usize, &Arc<dyn Catalog>)| {
            catalog.data_types().into_iter().filter(move |schema| self.data_owner(schema.name) == Some(index))
        };
        self.all.iter().enumerate().flat_map(own).collect()
    }

    fn region_problem(&self, name: &str) -> Option<(String, Option<String>)> {
        self.all.iter().find_map(|catalog| catalog.region_problem(name))
    }

    fn reserved_tags(&self) -> &'static [ReservedTags] {
        // The tags of a stage are those of its first cloud.
        self.all.first().map_or(&[], |catalog| catalog.reserved_tags())
    }

    fn is_unimplemented(&self, type_name: &str) -> bool {
        self.all.iter().any(|catalog| catalog.is_unimplemented(type_name))
    }

    fn validate(&self, type_name: &str, properties: &Value) -> Vec<Problem> {
        self.of(type_name).map_or_else(Vec::new, |catalog| catalog.validate(type_name, properties))
    }

    fn major_parts(&self, type_name: &str, live: &Value) -> usize {
        self.of(type_name).map_or(1, |catalog| catalog.major_parts(type_name, live))
    }

    fn batch(&self, type_name: &str, call: &Mutation) -> Option<Batch> {
        self.of(type_name)?.batch(type_name, call)
    }

    fn natural_id(&self, type_name: &str, properties: &Value) -> Option<PhysicalId> {
        self.of(type_name)?.natural_id(type_name, properties)
    }

    fn natural_keys(&self, type_name: &str, properties: &Value) -> Vec<NaturalKey> {
        self.of(type_name).map_or_else(Vec::new, |catalog| catalog.natural_keys(type_name, properties))
    }
}

/// Clouds as one: each call goes to the cloud that has the type.
pub struct Clouds {
    catalogs: Catalogs,
    /// As the catalogs: the first one says who the credentials belong to.
    all: Vec<Arc<dyn Cloud>>,
}

impl Clouds {
    /// A cloud for each of the catalogs, in their order.
    ///
    /// # Panics
    /// There are more or fewer of them than catalogs: a mistake of whoever puts them together.
    pub fn new(catalogs: Catalogs, all: Vec<Arc<dyn Cloud>>) -> Self {
        assert_eq!(catalogs.all.len(), all.len(), "each catalog has a cloud");
        Self { catalogs, all }
    }

    fn of(&self, type_name: &str) -> Result<&dyn Cloud, CloudError> {
        self.catalogs.owner(type_name).map(|index| &*self.all[index]).ok_or_else(|| unknown("type", type_name))
    }

    fn of_data(&self, type_name: &str) -> Result<&dyn Cloud, CloudError> {
        let owner = self.catalogs.data_owner(type_name);
        owner.map(|index| &*self.all[index]).ok_or_else(|| unknown("data source", type_name))
    }
}

fn unknown(what: &str, type_name: &str) -> CloudError {
    CloudError::new(ErrorKind::Rejected, format!("this version of wildfire has no {what} {type_name}"))
}

#[async_trait]
impl Cloud for Clouds {
    async fn identity(&self) -> Result<Identity, CloudError> {
        match self.all.first() {
            Some(first) => first.identity().await,
            None => Err(CloudError::new(ErrorKind::NotSent, "there is no cloud")),
        }
    }

    async fn read(
        &self,
        place: &Placement,
        type_name: &str,
        wanted: &[ReadRequest],
    ) -> Vec<Result<Option<Value>, CloudError>> {
        match self.of(type_name) {
            Ok(cloud) => cloud.read(place, type_name, wanted).await,
            Err(error) => wanted.iter().map(|_| Err(error.clone())).collect(),
        }
    }

    async fn read_data(&self, place: &Placement, type_name: &str, arguments: &Value) -> Result<Value, CloudError> {
        self.of_data(type_name)?.read_data(place, type_name, arguments).await
    }

    async fn reveal_data(&self, place: &Placement, type_name: &str, read: &Value) -> Result<Value, CloudError> {
        self.of_data(type_name)?.reveal_data(place, type_name, read).await
    }

    async fn find(&self, type_name: &str, wanted: &Recover) -> Result<Option<Found>, CloudError> {
        self.of(type_name)?.find(type_name, wanted).await
    }

    async fn check_no_lookalike(&self, type_name: &str, want: &Value, operation: &Operation) -> Result<(), CloudError> {
        self.of(type_name)?.check_no_lookalike(type_name, want, operation).await
    }

    async fn create(&self, type_name: &str, want: &Value, operation: &Operation) -> Result<Created, CloudError> {
        self.of(type_name)?.create(type_name, want, operation).await
    }

    async fn update(
        &self,
        type_name: &str,
        id: &PhysicalId,
        call: &str,
        want: &Value,
        prior: &Value,
        operation: &Operation,
    ) -> Result<(), CloudError> {
        self.of(type_name)?.update(type_name, id, call, want, prior, operation).await
    }

    async fn delete(
        &self,
        place: &Placement,
        type_name: &str,
        id: &PhysicalId,
        prior: &Value,
    ) -> Result<(), CloudError> {
        self.of(type_name)?.delete(place, type_name, id, prior).await
    }

    async fn send(&self, type_name: &str, call: &Mutation) -> Result<Created, CloudError> {
        self.of(type_name)?.send(type_name, call).await
    }

    async fn send_together(
        &self,
        type_name: &str,
        calls: &[Mutation],
    ) -> Result<Vec<Result<Created, CloudError>>, CloudError> {
        self.of(type_name)?.send_together(type_name, calls).await
    }

    async fn foresee(&self, question: &Question) -> Result<Foreseen, CloudError> {
        self.of(question.type_name)?.foresee(question).await
    }

    fn readiness(&self, type_name: &str, live: &Value) -> Readiness {
        self.of(type_name).map_or(Readiness::Ready, |cloud| cloud.readiness(type_name, live))
    }

    fn poll_interval(&self, type_name: &str) -> Duration {
        self.of(type_name).map_or(Duration::from_secs(5), |cloud| cloud.poll_interval(type_name))
    }
}
