//! Again, where the database undid a transaction for the sake of another.
//!
//! The order of locks in [`super`] keeps transactions from waiting for each other. Where that cannot
//! be had (two teams swap their names: the index decides), and where a distributed database refuses
//! to serialize two of them, it undoes one, which then has only to be done again.

/// How often a use case is tried.
const TRIES: u32 = 3;

/// An error that may say that a transaction was undone for the sake of another.
pub trait MayConflict {
    /// Whether doing the same again may well work.
    fn is_conflict(&self) -> bool;
}

impl MayConflict for sqlx::Error {
    /// SQLSTATE 40001 or 40P01: not serializable, or a deadlock.
    fn is_conflict(&self) -> bool {
        let code = self.as_database_error().and_then(|error| error.code());
        matches!(code.as_deref(), Some("40001" | "40P01"))
    }
}

/// Does a use case from the beginning of its transaction to the commit, and again while the database
/// undoes it for the sake of another, three times at most. For every use case that locks more than one
/// row.
///
/// # Errors
/// Those of the use case; the third conflict is one of them.
pub async fn retry<T, E, F>(use_case: impl Fn() -> F) -> Result<T, E>
where
    E: MayConflict,
    F: Future<Output = Result<T, E>>,
{
    for again in 1..TRIES {
        match use_case().await {
            Err(error) if error.is_conflict() => {
                tracing::info!(again, "a transaction was undone for the sake of another");
            }
            done => return done,
        }
    }
    use_case().await
}

#[cfg(test)]
mod tests;
