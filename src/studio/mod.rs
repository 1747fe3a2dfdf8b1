//! Pictures: checking and keeping photos, and making headshots of them. Server only.
//!
//! `photo` takes an upload in, `engine` makes headshots, `storage` keeps the files,
//! `image_pool` holds the memory of it all within bounds. Whose a photo is, which draft or
//! shoot it is in and what it costs is the store's business.

pub mod background;
mod color;
mod containers;
mod crop;
mod cutout;
pub mod engine;
mod faces;
mod fingerprint;
mod finish;
pub mod heic;
pub mod image_pool;
mod keys;
mod layers;
pub mod logo;
mod map;
mod measures;
#[cfg(test)]
mod memory;
pub mod photo;
mod picture;
pub mod qr;
pub mod shape;
mod shrink;
mod silhouette;
mod source;
pub mod storage;
mod subject;
#[cfg(test)]
mod testing;
mod turn;
pub mod upload_room;
