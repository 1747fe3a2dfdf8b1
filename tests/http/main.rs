//! The server as people and programs meet it: the real router in this process, a real database,
//! mail and pictures in memory, jobs done on purpose and none left at the end of a test.
//!
//! A file is called as the path that it is about (`links_j` is `/j/{token}`, `fn_links` is
//! `/fn/links/…`), or, where it is about all of them, as what it proves.

// Marked as tests, so that their helpers may unwrap as tests do.
#[cfg(test)]
mod harness;

#[cfg(test)]
mod account;
#[cfg(test)]
mod backups;
#[cfg(test)]
mod conflicts;
#[cfg(test)]
mod connections;
#[cfg(test)]
mod crash_recovery;
#[cfg(test)]
mod credit_requests_c;
#[cfg(test)]
mod database_away;
#[cfg(test)]
mod engine;
#[cfg(test)]
mod events;
#[cfg(test)]
mod exports;
#[cfg(test)]
mod files;
#[cfg(test)]
mod fn_credits;
#[cfg(test)]
mod fn_domains;
#[cfg(test)]
mod fn_links;
#[cfg(test)]
mod fn_members;
#[cfg(test)]
mod fn_teams;
#[cfg(test)]
mod follow_up;
#[cfg(test)]
mod forwarded_invites;
#[cfg(test)]
mod functions;
#[cfg(test)]
mod get_is_safe;
#[cfg(test)]
mod guards;
#[cfg(test)]
mod invites_i;
#[cfg(test)]
mod links_j;
#[cfg(test)]
mod mails;
#[cfg(test)]
mod malformed_input;
#[cfg(test)]
mod members;
#[cfg(test)]
mod object_storage;
#[cfg(test)]
mod office;
#[cfg(test)]
mod opting_out;
#[cfg(test)]
mod outages;
#[cfg(test)]
mod outbox;
#[cfg(test)]
mod people;
#[cfg(test)]
mod pictures;
#[cfg(test)]
mod plain_forms;
#[cfg(test)]
mod pooler;
#[cfg(test)]
mod previous_version;
#[cfg(test)]
mod races;
#[cfg(test)]
mod replica;
#[cfg(test)]
mod results_r;
#[cfg(test)]
mod roles;
#[cfg(test)]
mod rotate_key;
#[cfg(test)]
mod routes;
#[cfg(test)]
mod scim;
#[cfg(test)]
mod settings;
#[cfg(test)]
mod sign_in;
#[cfg(test)]
mod sso;
#[cfg(test)]
mod starting;
#[cfg(test)]
mod static_files;
#[cfg(test)]
mod stopping;
#[cfg(test)]
mod traces;
#[cfg(test)]
mod two_servers;
#[cfg(test)]
mod watching;
