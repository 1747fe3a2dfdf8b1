//! What is dropped onto a page: files, folders, text; and what is dropped where nothing takes it. I1, H1

use leptos::prelude::*;
use web_sys::{DataTransfer, File, HtmlInputElement};

/// What was dropped. A browser calls a folder a file that cannot be read.
#[derive(Default)]
pub struct Dropped {
    pub files: Vec<File>,
    /// The names of folders.
    pub folders: Vec<String>,
}

impl Dropped {
    /// Takes the files of a field, which is empty again afterwards, so that the same can be picked again.
    pub fn picked(input: &HtmlInputElement) -> Self {
        let list = input.files();
        let files =
            list.map_or_else(Vec::new, |list| (0..list.length()).filter_map(|n| list.get(n)).collect());
        input.set_value("");
        Self { files, folders: Vec::new() }
    }

    /// Takes apart what was dropped.
    pub fn of(event: &leptos::ev::DragEvent) -> Self {
        let mut dropped = Self::default();
        let Some(transfer) = event.data_transfer() else { return dropped };
        let items = transfer.items();
        for item in (0..items.length()).filter_map(|n| items.get(n)) {
            match item.webkit_get_as_entry().ok().flatten() {
                Some(entry) if entry.is_directory() => dropped.folders.push(entry.name()),
                _ => dropped.files.extend(item.get_as_file().ok().flatten()),
            }
        }
        dropped
    }
}

/// A file that is dropped beside its place would be opened instead of the page, with all that was
/// typed there.
pub fn refuse_drops() {
    let refuse = |event: leptos::ev::DragEvent| {
        if !event.default_prevented()
            && let Some(transfer) = event.data_transfer()
            && holds_files(&transfer)
        {
            event.prevent_default();
            transfer.set_drop_effect("none");
        }
    };
    // For as long as the page lives.
    let _dragged = window_event_listener(leptos::ev::dragover, refuse);
    let _dropped = window_event_listener(leptos::ev::drop, refuse);
}

pub fn holds_files(transfer: &DataTransfer) -> bool {
    transfer.types().iter().filter_map(|kind| kind.as_string()).any(|kind| kind == "Files")
}
