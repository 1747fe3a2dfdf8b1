//! The pages on which people join, by personal invite and by open link, and each way in which an
//! invite or a link does not let somebody in. J1 to J4, L7

pub mod closed_link;
pub mod open_link;
mod org_face;
pub mod personal;
pub mod status_page;
mod steps;
