//! Pictures and files: photos in, headshots out, archives, QR codes.

pub mod archive;
pub mod intake;
pub mod pictures;
pub mod qr;
pub mod upload;
