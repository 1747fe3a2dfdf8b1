//! The pages that the server renders, and the plain forms behind them, which work without
//! WebAssembly. A post reads its form, calls one verb of the store, and answers with a redirect or
//! with the same page, its error beside the field. J2

pub mod account;
mod codes;
pub mod credit_requests;
mod device_name;
mod joining;
#[cfg(debug_assertions)]
pub mod mailbox;
pub mod open_link;
pub mod personal;
pub mod recovery;
pub mod results;
pub mod shoot;
pub mod sign_in;
pub mod unsubscribe;
pub mod welcome;
