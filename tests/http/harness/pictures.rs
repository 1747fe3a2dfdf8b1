//! Photos to upload: real JPEG files, each number another picture.

use std::io::Cursor;

use axum::body::Bytes;
use image::{ImageFormat, Rgb, RgbImage};

use super::Upload;

/// A photo that passes every check, unlike those of other numbers.
pub fn photo(number: u32) -> Upload {
    file_of(number, 512, 640)
}

/// A photo of one person, with nothing to say against it.
pub fn portrait() -> Upload {
    let jpeg = include_bytes!("../../../src/studio/faces/portrait.jpg");
    Upload { name: "portrait.jpg".into(), bytes: Bytes::from_static(jpeg) }
}

/// A photo that is too small by a little.
pub fn tiny_photo(number: u32) -> Upload {
    file_of(number, 640, 511)
}

/// A picture of this size as a JPEG file.
pub fn file_of(number: u32, width: u32, height: u32) -> Upload {
    // Eight by eight fields of colors that follow from the number.
    let color = |x: u32, y: u32| {
        let mut mixed = (number * 64 + y * 8 / height * 8 + x * 8 / width).wrapping_mul(0x9e37_79b9);
        mixed ^= mixed >> 15;
        let [_, r, g, b] = mixed.wrapping_mul(0x85eb_ca6b).to_be_bytes();
        Rgb([r, g, b])
    };
    let mut file = Cursor::new(Vec::new());
    RgbImage::from_fn(width, height, color).write_to(&mut file, ImageFormat::Jpeg).unwrap();
    Upload { name: format!("photo-{number}.jpg"), bytes: Bytes::from(file.into_inner()) }
}
