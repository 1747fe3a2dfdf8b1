//! The one sentence under a form that adds people. C8

use crate::{domain::credit::CreditOutlook, words};

/// What adding `people` costs, and whether it fits.
#[must_use]
pub fn for_adding(outlook: CreditOutlook, people: i64) -> String {
    let left = outlook.unreserved() - people;
    match outlook.reserved() {
        reserved if left < 0 && people > 0 => {
            words::console::adding_missing(outlook.balance, reserved, -left)
        }
        0 => words::console::adding(outlook.balance),
        reserved => words::console::adding_reserved(outlook.balance, reserved),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// C8
    #[test]
    fn adding_more_than_is_unreserved_warns() {
        let outlook = CreditOutlook { balance: 5, pending_invites: 2, joined_without_shoot: 1 };
        assert!(for_adding(outlook, 2).starts_with("5 credits left, 3 of them reserved"));
        assert!(for_adding(outlook, 3).contains("1 missing"));
        let fresh = CreditOutlook { balance: 1, ..Default::default() };
        assert!(for_adding(fresh, 0).starts_with("1 credit left. "));
    }
}
