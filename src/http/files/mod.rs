//! Pictures and files: photos in, headshots out, archives, QR codes.

pub mod pictures;
pub mod qr;
