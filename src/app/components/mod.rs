//! What more than one page shows. A component shows what it is given; it loads nothing.

mod avatar;
mod confirm;
mod empty;
mod field;
mod form;
mod icon;
mod load;
mod member_top;
mod note;
mod public_layout;
mod stage_icon;
mod timestamp;

pub use self::{
    avatar::Avatar,
    confirm::Confirm,
    empty::Empty,
    field::{FieldError, TextField},
    form::PostForm,
    icon::Icon,
    load::{Load, LoadLive},
    member_top::MemberTop,
    note::{Note, Tone},
    public_layout::PublicLayout,
    stage_icon::StageIcon,
    timestamp::Timestamp,
};
pub use super::browser::clock::Precision;
