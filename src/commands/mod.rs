//! What the `headcount` command line does, one command a file.

pub mod demo;
