//! `/j/{token}`: open links.

mod closed;
mod joining;
mod people_known_here;
mod wait;
