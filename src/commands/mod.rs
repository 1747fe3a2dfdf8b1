//! What the `headcount` command line does, one command a file.

pub mod backups;
pub mod check;
pub mod command_line;
pub mod credits;
pub mod demo;
pub mod demo_sso;
pub mod grant;
pub mod jobs;
pub mod migrate;
mod open;
mod operator;
pub mod remove_member;
pub mod rotate_key;
pub mod serve;
