//! Proof that a photo takes no more memory than was reserved for it, however its file was
//! made. What is allocated is counted by an allocator that only tests have. QUALITY 11, 15

use std::sync::LazyLock;

use image::{DynamicImage, ImageFormat, metadata::Orientation};
use jpeg_encoder::{ColorType, Encoder};

use super::{
    engine::Engine,
    photo::{memory, prepare},
    picture::{Color, Picture},
    shape,
    testing::{
        Scene, deflated_zeros, file, jpeg, noise, portrait, progressive_jpeg, segment, small_limits, webp,
        webp_animation, webp_canvas, webp_frame, with_exif, with_png_chunk,
    },
};
use crate::domain::{
    headshot::{Background, Format, Shape},
    photo::PhotoRefusal,
};

/// What reading the structure of a file takes at most: the state of an inflater.
const HEADER: u64 = 200_000;

/// A number of bytes with which inflating parts are made: as in the file that was reported.
const INFLATED: usize = 156_000_000;

/// The most that was allocated at once while this ran on this thread.
fn peak(run: impl FnOnce()) -> u64 {
    allocation_counter::measure(run).bytes_max
}

/// Asserts that the file is judged in next to no memory and opened in what was reserved,
/// and gives what was reserved.
fn assert_bounded(name: &str, file: &[u8]) -> u64 {
    let limits = small_limits();
    let mut reserved = Ok(0);
    let judging = peak(|| reserved = memory(file, &limits, None));
    assert!(judging <= HEADER, "{name}: judging took {judging} bytes");
    let reserved = reserved.unwrap_or_else(|refusal| panic!("{name}: {refusal}"));
    let taken = peak(|| drop(prepare(file, &limits, None)));
    assert!(taken <= reserved, "{name}: {taken} bytes were taken, {reserved} reserved");
    reserved
}

fn photo() -> Picture {
    Scene::default().draw(450, 350)
}

fn png(picture: &Picture) -> Vec<u8> {
    file(picture, ImageFormat::Png)
}

fn dynamic(picture: &Picture) -> DynamicImage {
    image::load_from_memory(&png(picture)).unwrap()
}

fn as_png(image: &DynamicImage) -> Vec<u8> {
    let mut file = std::io::Cursor::new(Vec::new());
    image.write_to(&mut file, ImageFormat::Png).unwrap();
    file.into_inner()
}

/// A chunk's content that inflates: a name, the bytes between it and the stream, the stream.
fn inflating(name: &[u8], between: &[u8]) -> Vec<u8> {
    static STREAM: LazyLock<Vec<u8>> = LazyLock::new(|| deflated_zeros(INFLATED));
    [name, between, &STREAM].concat()
}

/// QUALITY 15
#[test]
fn what_inflates_beside_the_pixels_counts_as_they_do() {
    let plain = png(&photo());
    let least = assert_bounded("plain", &plain);
    for (name, chunk, content) in [
        ("profile", b"iCCP", inflating(b"icc", b"\0\0")),
        ("international text", b"iTXt", inflating(b"XML:com.adobe.xmp", b"\0\x01\0\0\0")),
        ("text", b"zTXt", inflating(b"Raw profile type exif", b"\0\0")),
        ("plain text", b"tEXt", vec![b'x'; 3_000_000]),
        ("Exif", b"eXIf", vec![0; 3_000_000]),
    ] {
        let file = with_png_chunk(&plain, chunk, &content);
        assert!(assert_bounded(name, &file) <= least + 12 + content.len() as u64, "{name}");
        assert_eq!(
            prepare(&file, &small_limits(), None).unwrap().jpeg,
            prepare(&plain, &small_limits(), None).unwrap().jpeg
        );
    }
    let many: Vec<u8> =
        (0..40).fold(plain, |file, _| with_png_chunk(&file, b"zTXt", &inflating(b"a", b"\0\0")));
    assert_bounded("forty texts", &many);
}

/// QUALITY 15
#[test]
fn a_profile_takes_what_was_reserved_for_it() {
    let plain = png(&photo());
    let profile = moxcms::ColorProfile::new_display_p3().encode().unwrap();
    let with_profile =
        |profile: &[u8]| with_png_chunk(&plain, b"iCCP", &[b"p\0\0", &deflated(profile)[..]].concat());
    assert_bounded("Display P3", &with_profile(&profile));
    for entries in [60, 5_000] {
        assert_bounded("tables that share their bytes", &with_profile(&profile_of_tables(entries)));
    }
}

fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut encoder, bytes).unwrap();
    encoder.finish().unwrap()
}

/// A profile whose directory has so many entries, all of which name the same large table.
fn profile_of_tables(entries: u32) -> Vec<u8> {
    let table = {
        let mut table = b"mft1\0\0\0\0\x03\x03\x40\0".to_vec();
        for cell in [1, 0, 0, 0, 1, 0, 0, 0, 1] {
            table.extend((cell * 0x1_0000_i32).to_be_bytes());
        }
        table.extend((0..3 * 256).map(|i| i as u8));
        table.extend((0..3 * 64 * 64 * 64).map(|i| (i * 31) as u8));
        table.extend((0..3 * 256).map(|i| i as u8));
        table
    };
    let mut profile = moxcms::ColorProfile::new_srgb().encode().unwrap()[..128].to_vec();
    profile.extend(entries.to_be_bytes());
    let start = 132 + 12 * entries;
    for n in 0..entries {
        profile.extend([b"A2B0", b"A2B1", b"A2B2", b"B2A0", b"B2A1", b"B2A2", b"gamt"][n as usize % 7]);
        profile.extend(start.to_be_bytes());
        profile.extend((table.len() as u32).to_be_bytes());
    }
    profile.extend(table);
    let length = (profile.len() as u32).to_be_bytes();
    profile[..4].copy_from_slice(&length);
    profile
}

/// QUALITY 15
#[test]
fn segments_of_a_jpeg_count() {
    let mut file = jpeg(&photo());
    let largest = [0; 65_000];
    for n in (1..=40).rev() {
        file = segment(&file, 0xe2, &[b"ICC_PROFILE\0", &[n, 40][..], &largest].concat());
    }
    for name in [&b"Exif\0\0"[..], b"http://ns.adobe.com/xap/1.0/\0", b"http://ns.adobe.com/xmp/extension/\0"]
    {
        for _ in 0..40 {
            file = segment(&file, 0xe1, &[name, &largest].concat());
        }
    }
    for _ in 0..40 {
        file = segment(&segment(&file, 0xed, &largest), 0xfe, &largest);
    }
    assert!(file.len() > 15_000_000);
    assert_bounded("JPEG of segments", &file);
    assert_bounded("the same without an end", &file[..file.len() - 2]);
}

/// QUALITY 11
#[test]
fn every_kind_of_picture_takes_what_was_reserved_for_it() {
    let (photo, noise) = (photo(), noise(350, 250));
    for picture in [&photo, &noise] {
        let color = dynamic(picture);
        let cmyk = {
            let mut file = Vec::new();
            let pixels: Vec<u8> = picture.pixels().iter().flat_map(|[r, g, b]| [*r, *g, *b, 9]).collect();
            let size = (picture.width() as u16, picture.height() as u16);
            Encoder::new(&mut file, 95).encode(&pixels, size.0, size.1, ColorType::Cmyk).unwrap();
            file
        };
        let files = [
            ("JPEG", jpeg(picture)),
            ("best JPEG", picture.to_jpeg(100, Color::Full, Orientation::NoTransforms).to_vec()),
            ("turned JPEG", with_exif(&jpeg(picture), 6)),
            ("progressive JPEG", progressive_jpeg(picture)),
            (
                "JPEG without an end",
                progressive_jpeg(picture)[..].split_last_chunk::<2>().unwrap().0.to_vec(),
            ),
            ("CMYK JPEG", cmyk),
            ("PNG", png(picture)),
            ("PNG with alpha", as_png(&color.to_rgba8().into())),
            ("gray PNG", as_png(&color.to_luma8().into())),
            ("deep PNG", as_png(&color.to_rgba16().into())),
            ("deep gray PNG", as_png(&color.to_luma16().into())),
            (
                "linear PNG",
                with_png_chunk(&as_png(&color.to_luma16().into()), b"gAMA", &100_000u32.to_be_bytes()),
            ),
            ("WebP", file(picture, ImageFormat::WebP)),
            ("animated WebP", {
                let frame = webp_frame(picture, (0, 0));
                webp_animation((picture.width(), picture.height()), &[frame.clone(), frame])
            }),
            ("WebP with large chunks", {
                let still = file(picture, ImageFormat::WebP);
                let length = u32::from_le_bytes(*still[16..].first_chunk().unwrap()) as usize;
                let canvas = webp_canvas(picture.width(), picture.height(), 0x28);
                webp(&[
                    (b"VP8X", &canvas),
                    (b"ICCP", &[0; 1_900_000]),
                    (b"VP8L", &still[20..20 + length]),
                    (b"EXIF", &[0; 5_000_000]),
                ])
            }),
        ];
        for (name, file) in &files {
            assert_bounded(name, file);
        }
    }
    for picture in [Scene::default().draw(8_000, 40), Scene::default().draw(40, 8_000)] {
        assert_bounded("long JPEG", &jpeg(&picture));
        assert_bounded("long progressive JPEG", &progressive_jpeg(&picture));
        assert_bounded("long PNG", &png(&picture));
    }
}

/// QUALITY 11
#[test]
fn a_headshot_takes_what_was_reserved_for_it() {
    for (width, height) in [(300, 400), (1300, 900)] {
        for picture in [Scene::default().draw(width, height), noise(width, height)] {
            for photo in [jpeg(&picture), with_exif(&jpeg(&picture), 6)] {
                let reserved = Engine::BuiltIn.memory(&photo).unwrap();
                let taken = peak(|| drop(Engine::BuiltIn.portrait(&photo).unwrap()));
                assert!(
                    taken <= reserved,
                    "{width} × {height}: {taken} bytes were taken, {reserved} reserved"
                );
            }
        }
    }
}

/// QUALITY 11
#[test]
fn another_background_takes_what_was_reserved_for_it() {
    let person = portrait();
    for picture in [person.smaller(320, 400), person, noise(1024, 1280), noise(1280, 40)] {
        let headshot = jpeg(&picture);
        for background in [Background::Soft, Background::Plain] {
            for shape in [Shape::Portrait, Shape::Round] {
                let format = Format { shape, background };
                let reserved = shape::memory(&headshot, format).unwrap();
                let taken = peak(|| drop(shape::cut(&headshot, format).unwrap()));
                assert!(taken <= reserved, "{format:?}: {taken} bytes were taken, {reserved} reserved");
            }
        }
    }
}

/// QUALITY 15: 0.7 MB of code descriptions, of which the decoder makes tables of 4.5 GB.
#[test]
fn the_code_tables_of_a_webp_count() {
    let bomb = webp(&[(b"VP8L", &code_tables(512, u32::from(u16::MAX) + 1))]);
    assert!(bomb.len() < 700_000);
    let judging = peak(|| {
        assert_eq!(memory(&bomb, &small_limits(), None).unwrap_err(), PhotoRefusal::TooManyPixels);
        assert_eq!(prepare(&bomb, &small_limits(), None).unwrap_err(), PhotoRefusal::TooManyPixels);
    });
    assert!(judging <= HEADER, "{judging}");
    let few = assert_bounded("few tables", &webp(&[(b"VP8L", &code_tables(512, 1))]));
    let some = assert_bounded("some tables", &webp(&[(b"VP8L", &code_tables(512, 257))]));
    assert!(some > few + 256 * 60_000, "{few} {some}");
}

/// A lossless picture with so many groups of codes, of which each is as large as can be;
/// `groups` − 1 is a number whose bytes are alike. There are no pixels.
fn code_tables(side: u32, groups: u32) -> Vec<u8> {
    let mut bits = Vec::new();
    let mut put = |value: u32, count: u32| bits.extend((0..count).map(|n| value >> n & 1 == 1));
    put(0x2f, 8);
    put(side - 1, 14);
    put(side - 1, 14);
    put(0, 4);
    // No transforms; a color cache of 2048; groups of codes, one for each four pixels a side.
    put(0, 1);
    put(1, 1);
    put(11, 4);
    put(1, 1);
    put(0, 3);
    // Their picture: no cache, each code has one symbol.
    put(0, 1);
    for symbol in [(groups - 1) & 255, (groups - 1) >> 8, 0, 0, 0] {
        put(0b101, 3);
        put(symbol, 8);
    }
    for _ in 0..groups {
        // 2048 symbols of eleven bits, told with no bits at all.
        put(0, 1);
        put(11, 4);
        (0..14).for_each(|_| put(0, 3));
        put(1, 3);
        put(1, 1);
        put(5, 3);
        put(2046, 12);
        (0..4).for_each(|_| put(0b0001, 4));
    }
    bits.chunks(8).map(|bits| (0..).zip(bits).map(|(n, bit)| u8::from(*bit) << n).sum()).collect()
}
