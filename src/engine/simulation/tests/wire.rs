//! One process's way to the outside: what it sends may be slow, lost, late or refused, and the process itself may die,
//! stand still, or be cut off.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep, sleep_until};

use crate::model::{CloudError, ErrorKind};
use crate::simulation::Random;

/// AWS refuses a request that was signed longer ago.
pub const SIGNATURE: Duration = Duration::from_secs(300);

/// How bad it is; probabilities are per call.
#[derive(Clone, Debug, Default)]
pub struct Weather {
    /// There and back, each up to this long.
    pub latency: Duration,
    pub throttled: f64,
    /// Done, and the reply is lost.
    pub lost: f64,
    /// Not done, and no reply says so.
    pub swallowed: f64,
    /// Done after the caller gave up.
    pub late: f64,
    /// A request that the caller does not wait for any more may arrive up to this long after it was sent.
    pub late_by: Duration,
}

/// A span of time, from when to when.
pub type Window = (Instant, Instant);

/// See the module. All that is random is drawn from the seed, in the order of the calls.
pub struct Wire {
    random: Mutex<Random>,
    weather: Weather,
    pub dies: Option<Instant>,
    /// The process stands still (SIGSTOP, a sleeping machine, a swapped-out one).
    pub paused: Vec<Window>,
    /// Its network is gone.
    pub cut: Vec<Window>,
    /// Its credentials have expired, and nobody renews them.
    pub expires: Option<Instant>,
}

enum Fate {
    Answered,
    Throttled,
    Lost,
    Swallowed,
    Late,
}

fn failure(kind: ErrorKind) -> CloudError {
    CloudError::new(kind, "a fault of the simulation")
}

fn within(windows: &[Window]) -> Option<Instant> {
    let now = Instant::now();
    windows.iter().find(|(from, to)| *from <= now && now < *to).map(|(_, to)| *to)
}

impl Wire {
    pub fn new(seed: u64, weather: Weather) -> Self {
        let random = Mutex::new(Random::new(seed));
        Self { random, weather, dies: None, paused: Vec::new(), cut: Vec::new(), expires: None }
    }

    /// Waits while the process stands still; for ever once it is dead.
    async fn awake(&self) {
        loop {
            if self.dies.is_some_and(|at| at <= Instant::now()) {
                std::future::pending::<()>().await;
            }
            match within(&self.paused) {
                Some(end) => sleep_until(end).await,
                None => return,
            }
        }
    }

    fn draw(&self) -> (Fate, Duration, Duration, Duration) {
        let mut random = self.random.lock().unwrap_or_else(PoisonError::into_inner);
        let Weather { latency, throttled, lost, swallowed, late, late_by } = &self.weather;
        let (there, back, after) =
            (latency.mul_f64(random.part()), latency.mul_f64(random.part()), late_by.mul_f64(random.part()));
        let part = random.part();
        let mut sum = 0.0;
        let fates =
            [(*throttled, Fate::Throttled), (*lost, Fate::Lost), (*swallowed, Fate::Swallowed), (*late, Fate::Late)];
        for (probability, fate) in fates {
            sum += probability;
            if part < sum {
                return (fate, there, back, after);
            }
        }
        (Fate::Answered, there, back, after)
    }

    /// Sends a request whose effect and answer are those of `operation`. When the caller goes away or dies meanwhile, the
    /// request arrives all the same.
    pub async fn call<T, E>(&self, operation: impl Future<Output = Result<T, E>> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<CloudError> + Send + 'static,
    {
        let signed = Instant::now();
        self.awake().await;
        let (fate, there, back, after) = self.draw();
        if self.expires.is_some_and(|at| at <= Instant::now()) {
            return Err(failure(ErrorKind::NoCredentials).into());
        }
        if signed.elapsed() > SIGNATURE {
            return Err(failure(ErrorKind::Rejected).into());
        }
        if within(&self.cut).is_some() {
            let refused = after.as_millis() % 2 == 0;
            sleep(if refused { there } else { Duration::from_secs(20) }).await;
            return Err(failure(if refused { ErrorKind::NotSent } else { ErrorKind::Ambiguous }).into());
        }
        let mut flight = Flight { operation: Some(Box::pin(operation)), after };
        let answer = match fate {
            Fate::Throttled | Fate::Swallowed => {
                flight.operation = None;
                sleep(there + back).await;
                Err(failure(if matches!(fate, Fate::Throttled) { ErrorKind::Throttled } else { ErrorKind::Ambiguous })
                    .into())
            }
            Fate::Late => {
                drop(flight);
                sleep(there + back).await;
                Err(failure(ErrorKind::Ambiguous).into())
            }
            Fate::Answered | Fate::Lost => {
                sleep(there).await;
                let answer = flight.land().await;
                sleep(back).await;
                if matches!(fate, Fate::Lost) { Err(failure(ErrorKind::Ambiguous).into()) } else { answer }
            }
        };
        self.awake().await;
        answer
    }
}

/// A request that was sent. Dropped before it landed, it lands later.
struct Flight<T: Send + 'static> {
    operation: Option<Pin<Box<dyn Future<Output = T> + Send>>>,
    after: Duration,
}

impl<T: Send + 'static> Flight<T> {
    async fn land(mut self) -> T {
        // Set when the flight was made, and taken here or in `drop`.
        let answer = self.operation.as_mut().expect("a flight lands once").await;
        self.operation = None;
        answer
    }
}

impl<T: Send + 'static> Drop for Flight<T> {
    fn drop(&mut self) {
        if let Some(operation) = self.operation.take() {
            let after = self.after;
            tokio::spawn(async move {
                sleep(after).await;
                drop(operation.await);
            });
        }
    }
}
