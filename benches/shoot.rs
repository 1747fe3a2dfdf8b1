//! Eight photos of 8 MB on their way in, checked, stripped and stored, beside bare decoding and encoding of the same
//! files, in turn; how much memory they take at once; and how many headshots the built-in engine makes in a
//! minute. QUALITY performance 9
//!
//! Nothing but the picture work: no HTTP and no database.

use std::{io::Write, time::Instant};

use anyhow::Context;
use bytes::Bytes;
use futures_util::future::{join_all, try_join_all};
use headcount::{
    domain::photo::{PhotoLimits, PictureKind},
    store::fresh_id,
    studio::{
        engine::Engine,
        image_pool::ImagePool,
        photo::PreparedPhoto,
        storage::{self, Storage},
    },
};
use tokio::task::spawn_blocking;

use crate::{common, summary::summary};

const PHOTOS: u32 = 8;
/// What a good camera takes: 20 megapixels.
const SIZE: (u32, u32) = (5472, 3648);
const BYTES: usize = 8_000_000;
/// JPEG quality of a kept photo, which the bare encoder has as well.
const QUALITY: u8 = 92;

pub async fn run() -> anyhow::Result<()> {
    let files = (0..PHOTOS).map(photo).collect::<anyhow::Result<Vec<Bytes>>>()?;
    let folder = tempfile::tempdir()?;
    let megabytes = common::settings()?.pictures.image_memory_mb;
    let studio = Studio {
        pool: ImagePool::new(megabytes),
        storage: Storage::open(&format!("file://{}", folder.path().display()))?,
    };
    let mut out = std::io::stdout();
    let average = files.iter().map(Bytes::len).sum::<usize>() as f64 / f64::from(PHOTOS) / 1e6;
    writeln!(
        out,
        "{PHOTOS} photos of {} × {} pixels, {average:.1} MB each, {} runs in turn, IMAGE_MEMORY_MB={megabytes}",
        SIZE.0,
        SIZE.1,
        common::RUNS
    )?;

    let (mut ours, mut bare) = (Vec::new(), Vec::new());
    for _ in 0..common::RUNS {
        let began = Instant::now();
        for file in &files {
            studio.keep(file.clone()).await?;
        }
        ours.push(began.elapsed().as_secs_f64());
        let began = Instant::now();
        for file in &files {
            decode_and_encode(file.clone()).await?;
        }
        bare.push(began.elapsed().as_secs_f64());
    }
    tell(&mut out, "one at a time", ours, bare)?;

    let (mut ours, mut bare) = (Vec::new(), Vec::new());
    let (mut our_memory, mut bare_memory) = (Vec::new(), Vec::new());
    let mut kept = Vec::new();
    for _ in 0..common::RUNS {
        let (began, memory) = (Instant::now(), Memory::begin()?);
        kept = try_join_all(files.iter().map(|file| studio.keep(file.clone()))).await?;
        ours.push(began.elapsed().as_secs_f64());
        our_memory.push(memory.more()?);
        let (began, memory) = (Instant::now(), Memory::begin()?);
        try_join_all(files.iter().map(|file| decode_and_encode(file.clone()))).await?;
        bare.push(began.elapsed().as_secs_f64());
        bare_memory.push(memory.more()?);
    }
    tell(&mut out, "all at once", ours, bare)?;
    writeln!(out, "  ours, more MB     {}", summary(our_memory, 0))?;
    writeln!(out, "  bare, more MB     {}", summary(bare_memory, 0))?;

    let mut headshots = Vec::new();
    for _ in 0..common::RUNS {
        let began = Instant::now();
        let made =
            join_all(kept.iter().map(|photo| studio.pool.portrait(Engine::BuiltIn, photo.jpeg.clone())))
                .await;
        made.into_iter().collect::<Result<Vec<_>, _>>()?;
        headshots.push(f64::from(PHOTOS) * 60.0 / began.elapsed().as_secs_f64());
    }
    writeln!(out, "built-in engine")?;
    writeln!(out, "  headshots/minute  {}", summary(headshots, 0))?;
    Ok(())
}

fn tell(out: &mut impl Write, what: &str, ours: Vec<f64>, bare: Vec<f64>) -> anyhow::Result<()> {
    let ratios: Vec<f64> = ours.iter().zip(&bare).map(|(ours, bare)| ours / bare).collect();
    writeln!(out, "{what}")?;
    writeln!(out, "  check and keep, s {}", summary(ours, 2))?;
    writeln!(out, "  bare, s           {}", summary(bare, 2))?;
    writeln!(out, "  ratio             {}", summary(ratios, 2))?;
    Ok(())
}

struct Studio {
    pool: ImagePool,
    storage: Storage,
}

impl Studio {
    /// What becomes of a file that somebody sent.
    async fn keep(&self, file: Bytes) -> anyhow::Result<PreparedPhoto> {
        let photo = self.pool.prepare(file, PhotoLimits::default()).await.context("a photo was refused")?;
        let [key, small] = storage::picture_keys(fresh_id(), PictureKind::Photo, fresh_id());
        self.storage.put(&key, photo.jpeg.clone()).await?;
        self.storage.put(&small, photo.thumbnail.clone()).await?;
        Ok(photo)
    }
}

/// The same work without a check, a limit or a place to keep it.
async fn decode_and_encode(file: Bytes) -> anyhow::Result<()> {
    spawn_blocking(move || {
        let picture = image::load_from_memory_with_format(&file, image::ImageFormat::Jpeg)?.into_rgb8();
        encode(&picture, QUALITY).map(drop)
    })
    .await?
}

fn encode(picture: &image::RgbImage, quality: u8) -> anyhow::Result<Vec<u8>> {
    let mut file = Vec::new();
    let encoder = jpeg_encoder::Encoder::new(&mut file, quality);
    let (width, height) = (u16::try_from(picture.width())?, u16::try_from(picture.height())?);
    encoder.encode(picture.as_raw(), width, height, jpeg_encoder::ColorType::Rgb)?;
    Ok(file)
}

/// A picture with soft light and the grain of a sensor, encoded to 8 MB or a little more.
fn photo(number: u32) -> anyhow::Result<Bytes> {
    let mut state = u64::from(number) + 1;
    let picture = image::RgbImage::from_fn(SIZE.0, SIZE.1, |x, y| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let grain = state.to_be_bytes();
        let light = (x * 90 / SIZE.0 + y * 40 / SIZE.1 + number * 5) as u8;
        image::Rgb([0, 1, 2].map(|color: u8| light + 20 * color + grain[usize::from(color)] % 24))
    });
    for quality in [60, 70, 75, 80, 85, 88, 91, 94, 97] {
        let file = encode(&picture, quality)?;
        if file.len() >= BYTES {
            return Ok(file.into());
        }
    }
    anyhow::bail!("no quality gives 8 MB")
}

/// Memory of this process from a moment on.
struct Memory {
    before: f64,
}

impl Memory {
    /// Has the kernel forget the peak so far. proc(5), clear_refs
    fn begin() -> anyhow::Result<Self> {
        std::fs::write("/proc/self/clear_refs", "5")?;
        Ok(Self { before: megabytes("VmRSS:")? })
    }

    /// Megabytes that were taken at the peak since then.
    fn more(&self) -> anyhow::Result<f64> {
        Ok(megabytes("VmHWM:")? - self.before)
    }
}

fn megabytes(line: &str) -> anyhow::Result<f64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let found = status.lines().find_map(|found| found.strip_prefix(line)).context("no such line")?;
    let kilobytes: f64 = found.trim().trim_end_matches(" kB").parse()?;
    Ok(kilobytes / 1000.0)
}
