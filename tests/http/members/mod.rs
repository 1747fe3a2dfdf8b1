//! `/me`, `/members/{member}`, `/members/{member}/…`: who somebody is, photos in, a shoot out.

mod heic;
mod page;
mod photos;
mod submit;
mod uploads;
