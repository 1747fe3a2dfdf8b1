//! Everything that only a browser can do: focus, files, the clipboard, the clock, events. Each
//! function has a counterpart for the server that does nothing, so that views are the same on both
//! sides. All code that depends on which side it is stands here.

pub mod clipboard;
pub mod clock;
pub mod downloads;
#[cfg(feature = "hydrate")]
pub mod dropped;
pub mod events;
pub mod focus;
pub mod forms;
pub mod idna;
pub mod intent;
pub mod json_or_form;
pub mod later;
pub mod names;
#[cfg(feature = "hydrate")]
pub mod start;
pub mod text_files;
pub mod uploads;
