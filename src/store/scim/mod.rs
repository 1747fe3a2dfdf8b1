//! What a customer's directory may do by SCIM: its token, the people it provisions, and its groups, which are
//! sub-teams. S6

pub mod directories;
pub mod groups;
pub(super) mod joining;
pub mod users;
