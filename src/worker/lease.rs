//! How long a job is one server's, and how long one rests that is put back. I12, N9

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::{
    server::state::AppState,
    store::jobs::{self, Leased},
};

/// How long a dead server's job waits to be taken over.
pub const LEASE: time::Duration = time::Duration::seconds(30);
/// How often a server that lives says so.
pub const RENEW: Duration = Duration::from_secs(10);

/// Renews the lease while the work goes on, so that only a dead server loses it. `None` where the server has to
/// end before the work: then the job is handed back, and another server takes it at once.
pub async fn keep_lease<T>(
    state: &AppState,
    job: &Leased,
    over: &CancellationToken,
    doing: impl Future<Output = T>,
) -> Option<T> {
    let renewing = async {
        loop {
            tokio::time::sleep(RENEW).await;
            if let Err(error) = jobs::renew(&state.pool, &[job], LEASE).await {
                tracing::warn!(job = %job.id, %error, "a lease could not be renewed");
            }
        }
    };
    tokio::select! {
        done = doing => Some(done),
        () = renewing => unreachable!("renewing never ends"),
        () = over.cancelled() => {
            hand_back(state, job).await;
            None
        }
    }
}

async fn hand_back(state: &AppState, job: &Leased) {
    match jobs::renew(&state.pool, &[job], time::Duration::ZERO).await {
        Ok(()) => tracing::info!(job = %job.id, "a job is handed back unfinished; another server takes it"),
        Err(error) => {
            tracing::warn!(job = %job.id, %error, "a job could not be handed back; its lease will run out")
        }
    }
}

/// 5 s, 10 s, 20 s … at most an hour, up to a quarter less by chance so that a mail server that
/// comes back is not met by all at once.
pub fn backoff(job: &Leased) -> time::Duration {
    let exponent = u32::try_from(job.attempts.clamp(1, 11) - 1).unwrap_or(0);
    let seconds = (5 * 2_i64.pow(exponent)).min(3600);
    time::Duration::seconds(seconds) * (1.0 - rand::random::<f64>() / 4.0)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::store::jobs::Job;

    /// I12
    #[test]
    fn a_job_rests_longer_each_time_and_never_as_long_as_another() {
        let wait = |attempts| {
            let job = Job::DeletePictures {
                org: crate::domain::ids::OrgId(Uuid::nil()),
                photos: Vec::new(),
                headshots: Vec::new(),
            };
            let age = time::Duration::ZERO;
            backoff(&Leased { id: Uuid::nil(), lease: Uuid::nil(), job, attempts, age }).as_seconds_f64()
        };
        for (attempts, longest) in
            [(0, 5.0), (1, 5.0), (2, 10.0), (5, 80.0), (10, 2560.0), (11, 3600.0), (50, 3600.0)]
        {
            for _ in 0..20 {
                assert!((longest * 0.75..=longest).contains(&wait(attempts)));
            }
            assert_ne!(wait(attempts), wait(attempts));
        }
    }
}
