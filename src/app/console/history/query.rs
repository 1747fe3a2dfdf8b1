//! The URLs of the log and of its file, for what is asked of it. P7

use crate::{app::console::listing::query_string, domain::audit::AuditQuery};

/// `path` with what is asked.
pub fn href(path: &str, query: &AuditQuery) -> String {
    format!("{path}{}", query_string(&query.pairs()))
}
