//! Signing in through an organization's identity provider. S2, S3, S4

mod attacks;
mod connecting;
mod joining;
mod required;
pub mod world;
