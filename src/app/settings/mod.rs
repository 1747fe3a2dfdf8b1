//! Settings of an organization, as sections of the settings page: how it invites. I7, I8

pub mod api;
mod inviting;

pub use inviting::InvitingSection;
