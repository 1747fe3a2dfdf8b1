//! The server as people and programs meet it: the real router in this process, a real database,
//! mail and pictures in memory, jobs done on purpose and none left at the end of a test.

// Marked as tests, so that their helpers may unwrap as tests do.
#[cfg(test)]
mod harness;

#[cfg(test)]
mod connections;
#[cfg(test)]
mod credits;
#[cfg(test)]
mod dead_links;
#[cfg(test)]
mod follow_up;
#[cfg(test)]
mod forwarded_invites;
#[cfg(test)]
mod functions;
#[cfg(test)]
mod guards;
#[cfg(test)]
mod invites;
#[cfg(test)]
mod join_corners;
#[cfg(test)]
mod killed;
#[cfg(test)]
mod link_edits;
#[cfg(test)]
mod links;
#[cfg(test)]
mod live;
#[cfg(test)]
mod mails;
#[cfg(test)]
mod managed;
#[cfg(test)]
mod nonsense;
#[cfg(test)]
mod nonsense_on_pages;
#[cfg(test)]
mod office;
#[cfg(test)]
mod opting_out;
#[cfg(test)]
mod outbox;
#[cfg(test)]
mod pictures;
#[cfg(test)]
mod races;
#[cfg(test)]
mod removal;
#[cfg(test)]
mod routes;
#[cfg(test)]
mod shoots;
#[cfg(test)]
mod sign_in;
#[cfg(test)]
mod teams;
#[cfg(test)]
mod untouched;
#[cfg(test)]
mod uploads;
#[cfg(test)]
mod waiting;
