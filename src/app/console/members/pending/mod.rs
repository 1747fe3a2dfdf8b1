//! The invites that nobody has accepted: what became of each mail, and what can be done about it. I8, I9, I11

pub mod api;
pub mod delivery;
pub mod ended;
pub mod mend;
pub mod progress;
pub mod reminding;
pub mod revoke;

use self::api::RemindReport;
use crate::{app::error::AppError, words};

/// What is said after reminding, retrying or sending again. I8
pub fn said_of_reminding(result: Result<RemindReport, AppError>) -> String {
    let report = match result {
        Ok(report) => report,
        Err(error) => return error.to_string(),
    };
    let sent = (report.sent > 0).then(|| words::console::invites_sent(report.sent.into()));
    let left_out = match report.left_out.as_slice() {
        [] => None,
        [one] => Some(words::console::invite_left_out(&one.address, &one.reason)),
        [first, ..] => {
            let all = report.left_out.len() as i64;
            Some(words::console::invites_left_out(all, &first.address, &first.reason))
        }
    };
    sent.into_iter().chain(left_out).collect::<Vec<_>>().join(" ")
}
