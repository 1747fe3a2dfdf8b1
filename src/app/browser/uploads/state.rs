//! What a page knows of its files that are on their way in. H1

use std::sync::Arc;

use leptos::prelude::*;
use web_sys::{File, Url, XmlHttpRequest};

use super::{
    exchange::tell,
    kept,
    wire::{Event, Target},
};
use crate::domain::{ids::MemberId, upload::SPOKEN};

/// Hears what happens to each file.
pub type Listener = Arc<dyn Fn(u32, Event) + Send + Sync>;

/// The files of one page.
#[derive(Clone, Copy)]
pub struct Uploads(pub(super) StoredValue<State, LocalStorage>);

pub struct State {
    pub target: Target,
    pub next: u32,
    /// Those that are not in.
    pub items: Vec<Item>,
    /// In which order they are sent.
    pub waiting: Vec<u32>,
}

/// One file.
#[derive(Default)]
pub struct Item {
    pub key: u32,
    /// Nothing where only the server has a part of it.
    pub file: Option<File>,
    /// By what it is being sent.
    pub request: Option<XmlHttpRequest>,
    /// It did not get through, and is sent again by itself.
    pub is_broken: bool,
    /// How often it did not get through.
    pub failures: u32,
    /// Of the file, as long as nothing is said against it.
    pub digest: Option<String>,
    /// Under which path of the server its parts are.
    pub path: Option<String>,
    /// By which URL the page shows it.
    pub preview: Option<String>,
}

impl State {
    pub fn item(&mut self, key: u32) -> Option<&mut Item> {
        self.items.iter_mut().find(|item| item.key == key)
    }

    pub fn forget(&mut self, key: u32) {
        let Some(at) = self.items.iter().position(|item| item.key == key) else { return };
        let mut item = self.items.swap_remove(at);
        item.forget_path(self.target.viewer);
        if let Some(url) = item.preview {
            Url::revoke_object_url(&url).ok();
        }
    }
}

impl Item {
    /// Forgets where its parts are, and lets the browser forget the file; the path, where there was one.
    pub fn forget_path(&mut self, viewer: MemberId) -> Option<String> {
        let path = self.path.take()?;
        kept::forget(viewer, &path);
        Some(path)
    }

    /// Tells the server that nobody wants what it has of the file.
    pub fn give_up(&mut self, viewer: MemberId) {
        if let Some(path) = self.forget_path(viewer) {
            tell("DELETE", &path, &[SPOKEN], |_| {});
        }
    }
}

impl Uploads {
    #[must_use]
    pub fn new(target: Target) -> Self {
        Self(StoredValue::new_local(State { target, next: 0, items: Vec::new(), waiting: Vec::new() }))
    }

    /// What `of` finds of a file that is not forgotten.
    pub fn find<T>(self, key: u32, of: impl FnOnce(&mut Item) -> Option<T>) -> Option<T> {
        self.0.try_update_value(|state| state.item(key).and_then(of)).flatten()
    }

    /// Whether a file is still wanted.
    pub fn has(self, key: u32) -> bool {
        self.find(key, |item| item.file.as_ref().map(|_| ())).is_some()
    }

    /// For what files are sent.
    pub fn target(self) -> Target {
        self.0.with_value(|state| state.target.clone())
    }

    /// Forgets where the parts of a file are; false where nobody knew.
    pub fn forget_path(self, key: u32) -> bool {
        let viewer = self.target().viewer;
        self.find(key, |item| item.forget_path(viewer)).is_some()
    }

    /// A URL that shows a file which is still here, where the browser can show it.
    #[must_use]
    pub fn preview(self, key: u32) -> Option<String> {
        self.find(key, |item| {
            if item.preview.is_none() {
                item.preview = Url::create_object_url_with_blob(item.file.as_ref()?).ok();
            }
            item.preview.clone()
        })
    }
}
