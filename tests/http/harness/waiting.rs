//! Waiting for what comes about elsewhere: in another process, or in a task of the server.

use std::time::Duration;

/// What `look` finds, as soon as it finds something; `nothing` says what is wrong where that takes longer than `limit`.
pub async fn until<T>(limit: Duration, nothing: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let looking = async {
        loop {
            if let Some(found) = look().await {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(limit, looking).await.unwrap_or_else(|_| panic!("{nothing}"))
}
