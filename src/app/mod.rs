//! What people see. The folder says which client a file lands in: `console` is the lead's, `guest`
//! that of strangers and invitees, `shoot` that of whoever adds photos. `components` is what they
//! share, `browser` what only a browser can do.

pub mod browser;
pub mod components;
pub mod console;
pub mod error;
pub mod guest;
pub mod page_data;
pub mod shoot;
