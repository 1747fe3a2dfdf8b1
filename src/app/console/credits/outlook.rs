//! The one sentence under a form that adds people. C8

use crate::{domain::credit::CreditOutlook, words};

/// What adding `people` costs, and whether it fits.
#[must_use]
pub fn for_adding(outlook: CreditOutlook, people: i64) -> String {
    let left = outlook.unreserved() - people;
    match outlook.reserved() {
        0 if left < 0 => words::console::adding_too_few(outlook.balance, -left),
        reserved if left < 0 => words::console::adding_missing(outlook.balance, reserved, -left),
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
        let outlook =
            CreditOutlook { balance: 5, pending_invites: 2, joined_without_shoot: 1, ..Default::default() };
        assert!(for_adding(outlook, 2).starts_with("5 credits left, 3 of them reserved"));
        assert!(for_adding(outlook, 3).contains("1 missing"));
        let fresh = CreditOutlook { balance: 1, ..Default::default() };
        assert!(for_adding(fresh, 0).starts_with("1 credit left. "));
    }

    /// C10: no more is said to be reserved than is left without saying how many are missing, and nothing of
    /// what is reserved where nothing is.
    #[test]
    fn credit_sentences_add_up() {
        let over = CreditOutlook { balance: 3, pending_invites: 4, ..Default::default() };
        let said = for_adding(over, 0);
        assert!(said.starts_with("3 credits left, and 4 already reserved: 1 missing."), "{said}");
        let fresh = CreditOutlook { balance: 2, ..Default::default() };
        let said = for_adding(fresh, 4);
        assert!(said.starts_with("2 credits left: 2 missing."), "{said}");
        for balance in 0..6 {
            for pending_invites in 0..6 {
                for people in 0..6 {
                    let outlook = CreditOutlook { balance, pending_invites, ..Default::default() };
                    let said = for_adding(outlook, people);
                    assert_eq!(said.contains("missing"), pending_invites + people > balance, "{said}");
                    assert_eq!(said.contains("reserved"), pending_invites > 0, "{said}");
                }
            }
        }
    }
}
