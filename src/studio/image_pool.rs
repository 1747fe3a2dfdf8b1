//! Where pictures are opened: off the threads that answer requests, and only as many at
//! once as fit into a set amount of memory. QUALITY 11, QUALITY performance 9
//!
//! Who comes when there is no room waits for it, in the order of coming.

use std::sync::Arc;

use bytes::Bytes;
use tokio::{
    sync::{OwnedRwLockReadGuard, OwnedRwLockWriteGuard, OwnedSemaphorePermit, RwLock, Semaphore},
    task::{JoinError, spawn_blocking},
};

use super::{
    engine::{self, Engine, Portrait, Rated},
    heic::HeicDecoder,
    logo::{self, PreparedLogo},
    photo::{self, PreparedPhoto},
    shape::{self, Cut},
};
use crate::domain::{
    headshot::{Background, Format},
    organization::LogoRefusal,
    photo::{PhotoFault, PhotoLimits, PhotoRefusal},
};

/// Bytes in a megabyte, the unit in which room is given out.
const MEGABYTE: u64 = 1_000_000;

/// Faces that are made at once.
const FACES: usize = 4;

/// Opens pictures within bounds. Cheap to clone; all clones share the same room.
#[derive(Clone, Debug)]
pub struct ImagePool {
    room: Arc<Semaphore>,
    megabytes: u32,
    turns: Arc<RwLock<()>>,
    /// Another background takes long, and whoever may look at a headshot may ask for it: one at a time, so that the
    /// others' pictures have room beside.
    background: Arc<Semaphore>,
    faces: Arc<Semaphore>,
    heic: Option<HeicDecoder>,
}

impl ImagePool {
    /// An image pool that takes at most so many megabytes for opened pictures, or those of one
    /// picture if that needs more. With 120, two photos of 16 megapixels are opened at once.
    pub fn new(megabytes: u32) -> Self {
        let megabytes = megabytes.max(1);
        let room = Arc::new(Semaphore::new(megabytes as usize));
        Self {
            room,
            megabytes,
            turns: Arc::default(),
            background: Arc::new(Semaphore::new(1)),
            faces: Arc::new(Semaphore::new(FACES)),
            heic: None,
        }
    }

    /// The same pool, which opens HEIC photos as well.
    #[must_use]
    pub fn with_heic(self, decoder: HeicDecoder) -> Self {
        Self { heic: Some(decoder), ..self }
    }

    /// Checks an uploaded file and makes of it what is kept, as [`photo::prepare`] does. H1
    ///
    /// Work that has begun is finished, and its room kept, when the caller goes away.
    ///
    /// # Errors
    /// Those of [`photo::prepare`]; [`PhotoRefusal::Broken`] also for a file on which a
    /// decoder gave up by panicking.
    pub async fn prepare(&self, file: Bytes, limits: PhotoLimits) -> Result<PreparedPhoto, PhotoRefusal> {
        let (heic, also) = (self.heic.clone(), self.heic.clone());
        let prepared = self.work(
            file,
            move |file| photo::memory(file, &limits, heic.as_ref()),
            move |file| photo::prepare(file, &limits, also.as_ref()),
        );
        prepared.await.unwrap_or(Err(PhotoRefusal::Broken))
    }

    /// Checks an uploaded file and makes of it what is kept, as [`logo::prepare`] does.
    ///
    /// # Errors
    /// Those of [`logo::prepare`]; [`LogoRefusal::Broken`] also for a file on which a decoder gave up by
    /// panicking.
    pub async fn logo(&self, file: Bytes) -> Result<PreparedLogo, LogoRefusal> {
        self.work(file, logo::memory, logo::prepare).await.unwrap_or(Err(LogoRefusal::Broken))
    }

    /// Makes a headshot of a photo, as [`Engine::portrait`] does. H3
    ///
    /// # Errors
    /// Those of [`Engine::portrait`]; [`PhotoFault::Unreadable`] also for a photo on which the engine
    /// gave up by panicking. [`NotMade::Stopping`] says nothing about the photo.
    pub async fn portrait(&self, engine: Engine, photo: Bytes) -> Result<Rated, NotMade> {
        let made = self.work(photo, move |photo| engine.memory(photo), move |photo| engine.portrait(photo));
        Ok(made.await??)
    }

    /// Makes of a delivered headshot what is kept, as [`engine::delivered`] does. H3
    ///
    /// # Errors
    /// Those of [`engine::delivered`], and as [`ImagePool::portrait`].
    pub async fn delivered(&self, file: Bytes) -> Result<Portrait, NotMade> {
        Ok(self.work(file, |file| Engine::BuiltIn.memory(file), engine::delivered).await??)
    }

    /// Makes of a stored headshot one of this format, as [`shape::cut`] does. H4
    ///
    /// # Errors
    /// Those of [`shape::cut`], and as [`ImagePool::portrait`].
    pub async fn cut(&self, headshot: Bytes, format: Format) -> Result<Cut, NotMade> {
        if format == Format::default() {
            return Ok(Cut { file: headshot, background: format.background });
        }
        let _turn = match format.background {
            Background::Original => None,
            _ => self.background.acquire().await.ok(),
        };
        let memory = move |headshot: &[u8]| shape::memory(headshot, format);
        Ok(self.work(headshot, memory, move |headshot| shape::cut(headshot, format)).await??)
    }

    /// Makes of a thumbnail what stands beside a name, as [`shape::face`] does. It takes a millisecond and little memory,
    /// so it waits for no photo; a few are made at once. P1
    ///
    /// # Errors
    /// Those of [`shape::face`], and as [`ImagePool::portrait`].
    pub async fn face(&self, thumbnail: Bytes) -> Result<Bytes, NotMade> {
        let _turn = self.faces.acquire().await.ok();
        Ok(spawn_blocking(move || shape::face(&thumbnail)).await??)
    }

    /// Waits while a shoot is [`alone`](Self::alone); others go on beside.
    pub async fn together(&self) -> Turn {
        Turn::Together { _held: Arc::clone(&self.turns).read_owned().await }
    }

    /// Waits until no other shoot is being made, and holds up those that come. H3
    pub async fn alone(&self) -> Turn {
        Turn::Alone { _held: Arc::clone(&self.turns).write_owned().await }
    }

    /// Does work on a file off the async threads, once there is room for the memory that it takes.
    ///
    /// # Errors
    /// A decoder panicked, or the process is stopping; within, what is wrong with the file.
    async fn work<T: Send + 'static, E: Send + 'static>(
        &self,
        file: Bytes,
        memory: impl FnOnce(&[u8]) -> Result<u64, E> + Send + 'static,
        work: impl FnOnce(&[u8]) -> Result<T, E> + Send + 'static,
    ) -> Result<Result<T, E>, JoinError> {
        let header = file.clone();
        let memory = match spawn_blocking(move || memory(&header)).await? {
            Ok(memory) => memory,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let room = self.room(megabytes(memory)).await;
        let working = spawn_blocking(move || {
            let done = work(&file);
            drop(room);
            done
        });
        working.await
    }

    async fn room(&self, megabytes: u32) -> OwnedSemaphorePermit {
        let room = Arc::clone(&self.room).acquire_many_owned(megabytes.min(self.megabytes)).await;
        room.expect("the semaphore is never closed")
    }
}

/// A shoot's turn in the image pool, until this is dropped.
#[derive(Debug)]
pub enum Turn {
    Together { _held: OwnedRwLockReadGuard<()> },
    Alone { _held: OwnedRwLockWriteGuard<()> },
}

/// Why no headshot was made of a photo.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotMade {
    /// The photo is at fault, and will be the next time as well.
    #[error(transparent)]
    Photo(#[from] PhotoFault),
    /// The process is about to end; another one can do it.
    #[error("the process is stopping")]
    Stopping,
}

impl From<JoinError> for NotMade {
    fn from(error: JoinError) -> Self {
        if error.is_panic() { Self::Photo(PhotoFault::Unreadable) } else { Self::Stopping }
    }
}

fn megabytes(bytes: u64) -> u32 {
    u32::try_from(bytes / MEGABYTE + 1).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::studio::testing::{Scene, jpeg, jpeg_header, small_limits};

    /// QUALITY 11
    #[tokio::test]
    async fn a_photo_larger_than_the_room_is_opened_alone() {
        let image_pool = ImagePool::new(1);
        let file = Bytes::from(jpeg(&Scene::default().draw(320, 400)));
        let photos = (0..4).map(|_| {
            let (image_pool, file) = (image_pool.clone(), file.clone());
            tokio::spawn(async move { image_pool.prepare(file, small_limits()).await })
        });
        for photo in photos.collect::<Vec<_>>() {
            assert_eq!(photo.await.unwrap().unwrap().width, 320);
        }
        assert_eq!(image_pool.room.available_permits(), 1);
    }

    /// QUALITY 11
    #[tokio::test]
    async fn a_bomb_waits_for_no_room_and_takes_none() {
        let image_pool = ImagePool::new(10);
        let everything = image_pool.room(10).await;
        let bomb = Bytes::from(jpeg_header(0xc0, 50_000, 50_000));
        assert_eq!(image_pool.prepare(bomb, small_limits()).await.unwrap_err(), PhotoRefusal::TooManyPixels);
        drop(everything);
    }

    /// QUALITY 11
    #[tokio::test]
    async fn room_is_given_back_when_a_photo_is_refused() {
        let image_pool = ImagePool::new(10);
        let mut file = jpeg(&Scene::default().draw(80, 100));
        file.truncate(file.len() - 40);
        file.extend([0xff, 0xd9]);
        image_pool.prepare(file.into(), small_limits()).await.ok();
        assert_eq!(image_pool.room.available_permits(), 10);
    }

    /// H3
    #[tokio::test]
    async fn headshots_are_made_in_the_pool() {
        let image_pool = ImagePool::new(10);
        let photo = Bytes::from(jpeg(&Scene::default().draw(320, 400)));
        image_pool.portrait(Engine::BuiltIn, photo.clone()).await.unwrap();
        let broken = image_pool.portrait(Engine::BuiltIn, photo.slice(..900)).await;
        assert_eq!(broken, Err(NotMade::Photo(PhotoFault::Unreadable)));
        assert_eq!(image_pool.room.available_permits(), 10);
    }
}
