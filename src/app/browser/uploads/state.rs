//! What a page knows of its files that are on their way in. H1

use std::{
    collections::{HashMap, HashSet, VecDeque},
    sync::Arc,
};

use leptos::prelude::*;
use web_sys::{File, Url, XmlHttpRequest};

use super::{
    exchange::tell,
    kept,
    wire::{Event, Target},
};
use crate::domain::upload::SPOKEN;

/// Hears what happens to each file.
pub type Listener = Arc<dyn Fn(u32, Event) + Send + Sync>;

/// The files of one page.
#[derive(Clone, Copy)]
pub struct Uploads(pub(super) StoredValue<State, LocalStorage>);

pub struct State {
    pub target: Target,
    pub next: u32,
    pub files: HashMap<u32, File>,
    pub waiting: VecDeque<u32>,
    pub running: HashMap<u32, XmlHttpRequest>,
    /// Those that did not get through and are sent again by themselves.
    pub broken: HashSet<u32>,
    /// How often each did not get through.
    pub failures: HashMap<u32, u32>,
    /// Of the files that were looked at and are not in.
    pub digests: HashMap<u32, String>,
    /// Under which path of the server the parts of a file are.
    pub paths: HashMap<u32, String>,
    /// Digests of files of which only the server has a part.
    pub unfinished: HashMap<u32, String>,
    /// By which URL the page shows a file.
    pub previews: HashMap<u32, String>,
}

impl State {
    pub fn forget(&mut self, key: u32) {
        self.files.remove(&key);
        self.digests.remove(&key);
        self.broken.remove(&key);
        self.failures.remove(&key);
        self.unfinished.remove(&key);
        if let Some(path) = self.paths.remove(&key) {
            kept::forget(self.target.viewer, &path);
        }
        if let Some(url) = self.previews.remove(&key) {
            Url::revoke_object_url(&url).ok();
        }
    }

    /// Tells the server that nobody wants what it has of a file.
    pub fn give_up(&mut self, key: u32) {
        if let Some(path) = self.paths.remove(&key) {
            tell("DELETE", &path, &[SPOKEN], |_| {});
            kept::forget(self.target.viewer, &path);
        }
    }
}

impl Uploads {
    #[must_use]
    pub fn new(target: Target) -> Self {
        Self(StoredValue::new_local(State {
            target,
            next: 0,
            files: HashMap::new(),
            waiting: VecDeque::new(),
            running: HashMap::new(),
            broken: HashSet::new(),
            failures: HashMap::new(),
            digests: HashMap::new(),
            paths: HashMap::new(),
            unfinished: HashMap::new(),
            previews: HashMap::new(),
        }))
    }

    /// Whether a file is still wanted.
    pub fn has(self, key: u32) -> bool {
        self.0.try_with_value(|state| state.files.contains_key(&key)) == Some(true)
    }

    /// Whether a file was sent before, and did not get through.
    pub fn came_before(self, key: u32) -> bool {
        self.0.try_with_value(|state| state.failures.contains_key(&key)) == Some(true)
    }

    /// For what a file is sent, and its digest.
    pub fn about(self, key: u32) -> (Target, Option<String>) {
        self.0.with_value(|state| (state.target.clone(), state.digests.get(&key).cloned()))
    }

    /// Where the server has the parts of a file.
    pub fn path(self, key: u32) -> Option<String> {
        self.0.try_with_value(|state| state.paths.get(&key).cloned()).flatten()
    }

    /// Forgets where the parts of a file are; false where nobody knew.
    pub fn forget_path(self, key: u32) -> bool {
        let path = self.0.try_update_value(|state| Some((state.target.viewer, state.paths.remove(&key)?)));
        path.flatten().map(|(viewer, path)| kept::forget(viewer, &path)).is_some()
    }

    pub fn set_path(self, key: u32, path: &str) {
        self.0.update_value(|state| _ = state.paths.insert(key, path.to_owned()));
    }
}
