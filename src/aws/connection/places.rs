//! Connections by place: one for each account and region, made when first used.
//!
//! Each has clients, rate limits and batches of its own. Owns: which credentials reach which account, and the proof that
//! they do. Leaves out: what a place is called in `stage.yaml`.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::OnceCell;
use wildfire_engine::model::{CloudError, ErrorKind, Fence, Identity, Placement};

use crate::Aws;
use crate::connection::credentials::Access;

/// Why a place cannot be used.
#[derive(Clone, Debug, thiserror::Error)]
pub enum PlaceError {
    /// No credentials are known for the account.
    #[error("stage.yaml does not say how to reach account {account}")]
    UnknownAccount { account: String },
    /// The credentials cannot be used, and no call was made.
    #[error("{message}")]
    Unusable { message: String },
    /// STS did not answer, or refused.
    #[error("{}", .error.message)]
    Refused { error: CloudError },
    /// The credentials work in the stage's own region and not in this one.
    #[error("{region} is not enabled in account {account}")]
    RegionDisabled { account: String, region: String, error: CloudError },
    /// They are somebody else's.
    #[error("the credentials for account {expected} are for account {}", .identity.account)]
    OtherAccount { expected: String, identity: Identity },
}

impl From<PlaceError> for CloudError {
    fn from(error: PlaceError) -> Self {
        let message = error.to_string();
        match error {
            // Of whoever asks for something else, STS says nothing about that.
            PlaceError::Refused { error } if matches!(error.kind, ErrorKind::NotFound | ErrorKind::AlreadyExists) => {
                CloudError { kind: ErrorKind::Rejected, ..error }
            }
            PlaceError::Refused { error } => error,
            PlaceError::RegionDisabled { error, .. } => CloudError { message, kind: ErrorKind::Rejected, ..error },
            _ => CloudError::new(ErrorKind::NoCredentials, message),
        }
    }
}

type Made = HashMap<Placement, Arc<OnceCell<Aws>>>;

/// The connections of a stage.
#[derive(Clone)]
pub struct Places {
    stage: Arc<Stage>,
    /// What changes something is sent only while it stands.
    fence: Option<Fence>,
    made: Arc<Mutex<Made>>,
}

struct Stage {
    home: Aws,
    access: Access,
    /// Of the stage, 12 digits.
    account: String,
    /// How to reach the others, by their numbers.
    accounts: BTreeMap<String, Access>,
    /// Without a fence.
    made: Mutex<Made>,
}

impl Places {
    /// `home` is the stage's own connection, `access` how it was made. Makes no call.
    pub fn new(home: Aws, account: String, access: Access, accounts: BTreeMap<String, Access>) -> Self {
        let stage = Stage { home, access, account, accounts, made: Mutex::default() };
        Self { stage: Arc::new(stage), fence: None, made: Arc::default() }
    }

    /// The same for a run that holds a lock: see [`Aws::fenced`].
    pub fn fenced(&self, fence: Fence) -> Self {
        Self { stage: self.stage.clone(), fence: Some(fence), made: Arc::default() }
    }

    /// The connection to a place. The first time STS is asked there: whether the account is the one that is meant, and
    /// whether the region is enabled in it.
    ///
    /// # Errors
    /// See [`PlaceError`].
    pub async fn at(&self, place: &Placement) -> Result<Aws, PlaceError> {
        let cell = cell(&self.made, place);
        let fenced = || async {
            let aws = self.stage.at(place).await?;
            Ok(self.fence.clone().map_or_else(|| aws.clone(), |fence| aws.fenced(fence)))
        };
        cell.get_or_try_init(fenced).await.cloned()
    }

    /// The stage's own account and region.
    pub fn home(&self) -> &Aws {
        &self.stage.home
    }

    /// How many calls were made so far in all places, retries not counted.
    pub fn calls_made(&self) -> u64 {
        let made = self.stage.made.lock().unwrap_or_else(PoisonError::into_inner);
        let elsewhere = made.values().filter_map(|cell| cell.get()).map(Aws::calls_made);
        self.stage.home.calls_made() + elsewhere.sum::<u64>()
    }
}

fn cell(made: &Mutex<Made>, place: &Placement) -> Arc<OnceCell<Aws>> {
    made.lock().unwrap_or_else(PoisonError::into_inner).entry(place.clone()).or_default().clone()
}

impl Stage {
    async fn at(&self, place: &Placement) -> Result<Aws, PlaceError> {
        match place.is_home() {
            true => Ok(self.home.clone()),
            false => cell(&self.made, place).get_or_try_init(|| self.connect(place)).await.cloned(),
        }
    }

    async fn connect(&self, place: &Placement) -> Result<Aws, PlaceError> {
        let (account, access) = match place.account() {
            None => (self.account.as_str(), &self.access),
            Some(account) => {
                let unknown = || PlaceError::UnknownAccount { account: account.to_string() };
                (account, self.accounts.get(account).ok_or_else(unknown)?)
            }
        };
        let region = place.region().unwrap_or(&self.access.region).to_string();
        let access = Access { region: region.clone(), ..access.clone() };
        let aws = Aws::connect(access).await.map_err(|message| PlaceError::Unusable { message })?;
        let identity = aws.identity().await.map_err(|error| match (place.account(), error.kind) {
            // At home the same credentials are good, or nothing would have come this far.
            (None, ErrorKind::NoCredentials | ErrorKind::Rejected) => {
                PlaceError::RegionDisabled { account: account.to_string(), region: region.clone(), error }
            }
            _ => PlaceError::Refused { error },
        })?;
        match identity.account == account {
            true => Ok(aws),
            false => Err(PlaceError::OtherAccount { expected: account.to_string(), identity }),
        }
    }
}
