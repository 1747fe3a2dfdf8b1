//! `/me`, `/members/{member}/…`: photos in, a shoot out.

mod photos;
mod submit;
