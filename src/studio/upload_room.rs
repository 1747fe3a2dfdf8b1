//! How many bytes of uploaded files are in memory at once: of all people together, and of each.
//! QUALITY 11
//!
//! Who comes when there is no room waits at the door, in the order of coming, with nothing of
//! their file read. One person's files wait for each other for as long as it takes, and then for
//! those of others for a while.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, Weak},
    time::Duration,
};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};
use uuid::Uuid;

/// Bytes in the unit in which room is given out.
const UNIT: u64 = 1024;

/// How many people can be at it at once, when each takes as much as one may.
const PEOPLE: u32 = 8;

/// How long one waits for those of others.
const PATIENCE: Duration = Duration::from_secs(30);

/// Room for the files of uploads under way. Cheap to clone; all clones share the same room.
#[derive(Clone, Debug)]
pub struct UploadRoom {
    room: Arc<Semaphore>,
    /// What each person who is at it may take, in units.
    share: u32,
    people: Arc<Mutex<HashMap<Uuid, Weak<Semaphore>>>>,
}

/// Room that one file has, until this is dropped.
#[derive(Debug)]
pub struct UploadSpace {
    of_all: OwnedSemaphorePermit,
    of_person: OwnedSemaphorePermit,
}

/// There was no room within the time that one waits for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Full;

impl UploadRoom {
    /// Room for so many megabytes, or for one file of the largest size if that is more.
    pub fn new(megabytes: u32, largest_file: u64) -> Self {
        let largest = units(largest_file);
        let units = (u64::from(megabytes) * 1_000_000 / UNIT).try_into().unwrap_or(u32::MAX).max(largest);
        Self {
            room: Arc::new(Semaphore::new(units as usize)),
            share: (units / PEOPLE).max(largest),
            people: Arc::default(),
        }
    }

    /// Takes room for a file of a person, of at most so many bytes.
    ///
    /// # Errors
    /// That of others left none for half a minute.
    pub async fn take(&self, person: Uuid, bytes: u64) -> Result<UploadSpace, Full> {
        let units = units(bytes).min(self.share);
        let of_person = self.share_of(person).acquire_many_owned(units).await.map_err(|_| Full)?;
        let waiting = Arc::clone(&self.room).acquire_many_owned(units);
        match timeout(PATIENCE, waiting).await {
            Ok(Ok(of_all)) => Ok(UploadSpace { of_all, of_person }),
            _ => Err(Full),
        }
    }

    /// The room of one person. It is forgotten when nobody has or wants any of it.
    fn share_of(&self, person: Uuid) -> Arc<Semaphore> {
        let mut people = self.people.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(share) = people.get(&person).and_then(Weak::upgrade) {
            return share;
        }
        people.retain(|_, share| share.strong_count() > 0);
        let share = Arc::new(Semaphore::new(self.share as usize));
        people.insert(person, Arc::downgrade(&share));
        share
    }
}

impl UploadSpace {
    /// Gives back what the file does not need, now that its size is known.
    pub fn shrink_to(&mut self, bytes: usize) {
        let needed = units(bytes as u64) as usize;
        for permit in [&mut self.of_all, &mut self.of_person] {
            drop(permit.split(permit.num_permits().saturating_sub(needed)));
        }
    }
}

fn units(bytes: u64) -> u32 {
    u32::try_from(bytes.div_ceil(UNIT)).unwrap_or(u32::MAX).max(1)
}

#[cfg(test)]
mod tests {
    use tokio::task::yield_now;

    use super::*;

    const MB: u64 = 1_000_000;
    const ADA: Uuid = Uuid::from_u128(1);

    /// QUALITY 11
    #[tokio::test(start_paused = true)]
    async fn no_more_than_the_room_is_given_out() {
        let room = UploadRoom::new(79, 20 * MB);
        let people = (0..200).map(|n| {
            let room = room.clone();
            tokio::spawn(async move { room.take(Uuid::from_u128(n), 20 * MB).await })
        });
        let people: Vec<_> = people.collect();
        let mut taken = Vec::new();
        for person in people {
            taken.extend(person.await.unwrap());
        }
        assert_eq!(taken.len(), 3, "the rest was sent away after its time");
        taken.pop();
        assert!(room.take(Uuid::from_u128(1_000), 20 * MB).await.is_ok());
    }

    /// QUALITY 11
    #[tokio::test(start_paused = true)]
    async fn one_person_does_not_keep_the_others_out() {
        let room = UploadRoom::new(201, 20 * MB);
        let mut of_ada = Vec::new();
        for _ in 0..5 {
            of_ada.push(room.take(ADA, 5 * MB).await.unwrap());
        }
        let waiting = tokio::spawn({
            let room = room.clone();
            async move { room.take(ADA, 5 * MB).await }
        });
        yield_now().await;
        for n in 2..9 {
            room.take(Uuid::from_u128(n), 20 * MB).await.unwrap();
        }
        assert!(!waiting.is_finished());
        of_ada.pop();
        waiting.await.unwrap().unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_not_needed_goes_back() {
        let room = UploadRoom::new(1, 20 * MB);
        let units = room.room.available_permits();
        let mut space = room.take(ADA, 20 * MB).await.unwrap();
        let other = Uuid::from_u128(2);
        assert_eq!(room.take(other, MB).await.unwrap_err(), Full);
        space.shrink_to(1);
        let other = room.take(other, 19 * MB).await.unwrap();
        drop((space, other));
        assert_eq!(room.room.available_permits(), units);
    }

    #[tokio::test]
    async fn a_person_who_is_done_is_forgotten() {
        let room = UploadRoom::new(80, MB);
        for n in 0..100 {
            room.take(Uuid::from_u128(n), MB).await.unwrap();
        }
        assert!(room.people.lock().unwrap().len() <= 1);
    }
}
