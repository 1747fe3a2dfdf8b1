//! Single sign-on: which domains an organization has proved, and what its identity provider's word is
//! worth. S1, S2, S3

pub mod assertion;
pub mod claim;
pub mod provider;
pub mod trouble;
