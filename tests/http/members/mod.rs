//! `/me`, `/members/{member}`, `/members/{member}/…`: who somebody is, photos in, a shoot out.

mod page;
mod photos;
mod submit;
