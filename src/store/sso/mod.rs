//! Single sign-on: the domains of organizations, their identity providers, and who signed in through
//! them. S1, S2, S3

pub mod connections;
pub mod domains;
pub mod identities;
pub mod recognized;
pub mod recovery;
pub mod sign_ins;
