//! Opens a HEIC photo, for Headcount and nobody else: the file comes in by standard input, what was asked for
//! goes out by standard output.
//!
//! A process of its own, because the decoders that exist for HEIC are written in C++ and read what strangers send:
//! one that goes wrong ends nothing else, has no secrets around it, and gets the memory and time that it was given.
//! It is also the only part that needs libheif to be there.

use std::{
    io::{self, Read, Write},
    process::ExitCode,
};

use libheif_rs::{ColorSpace, HeifContext, ImageHandle, LibHeif, RgbChroma};
use rustix::process::{Resource, Rlimit, setrlimit};

/// Seconds of processor time: a photo of 50 megapixels takes two or three.
const SECONDS: u64 = 30;

/// `headcount-heif pixels <bytes of memory>`
fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let done = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["version"] => write(&[b"headcount-heif 2"]),
        ["pixels", memory] => bounded(memory).and_then(|()| open(pixels)),
        _ => None,
    };
    if done.is_some() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Takes from this process what it does not need, before it reads anything.
fn bounded(memory: &str) -> Option<()> {
    let limit =
        |resource, most: u64| setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) }).ok();
    limit(Resource::Core, 0)?;
    limit(Resource::Fsize, 0)?;
    limit(Resource::Cpu, SECONDS)?;
    limit(Resource::Data, memory.parse().ok()?)
}

fn open(answer: fn(&ImageHandle) -> Option<()>) -> Option<()> {
    let mut file = Vec::new();
    io::stdin().lock().read_to_end(&mut file).ok()?;
    let context = HeifContext::read_from_bytes(&file).ok()?;
    answer(&context.primary_image_handle().ok()?)
}

/// Width, height, the length of the color profile, that of its code points (ITU-T H.273): numbers of four bytes. Then
/// the two, then three bytes for each pixel, upright.
fn pixels(photo: &ImageHandle) -> Option<()> {
    let profile = photo.color_profile_raw().map(|profile| profile.data).unwrap_or_default();
    let code_points = photo
        .color_profile_nclx()
        .map(|profile| [profile.color_primaries() as u8, profile.transfer_characteristics() as u8]);
    let code_points: &[u8] = code_points.as_ref().map_or(&[], |points| points);
    let picture = LibHeif::new().decode(photo, ColorSpace::Rgb(RgbChroma::Rgb), None).ok()?;
    let plane = picture.planes().interleaved?;
    let number = |length: usize| u32::try_from(length).ok().map(u32::to_be_bytes);
    write(&[
        &plane.width.to_be_bytes(),
        &plane.height.to_be_bytes(),
        &number(profile.len())?,
        &number(code_points.len())?,
        &profile,
        code_points,
    ])?;
    let row = plane.width as usize * 3;
    let mut out = io::stdout().lock();
    for line in plane.data.chunks(plane.stride).take(plane.height as usize) {
        out.write_all(line.get(..row)?).ok()?;
    }
    out.flush().ok()
}

fn write(parts: &[&[u8]]) -> Option<()> {
    let mut out = io::stdout().lock();
    parts.iter().try_for_each(|part| out.write_all(part)).and_then(|()| out.flush()).ok()
}
