//! Pictures and files: photos in, headshots out, archives, QR codes.

pub mod archive;
pub mod attachment;
pub mod embedded;
pub mod exports;
pub mod intake;
pub mod logo;
pub mod pictures;
pub mod qr;
pub mod tus;
pub mod upload;
