//! What more than one page shows. A component shows what it is given; it loads nothing.

mod avatar;
mod confirm;
mod copy;
mod empty;
mod field;
mod form;
mod format_names;
mod icon;
mod load;
mod made;
mod mailto;
mod member_top;
mod navigation;
mod note;
mod public_layout;
mod ring;
mod role_name;
mod sentence;
mod stage_icon;
mod timestamp;

pub use self::{
    avatar::Avatar,
    confirm::Confirm,
    copy::CopyButton,
    empty::Empty,
    field::{FieldError, TextField, escaped_text},
    form::PostForm,
    format_names::{background_name, shape_name},
    icon::Icon,
    load::{Load, LoadLive},
    made::{deferred, deferred_with},
    mailto::mailto,
    member_top::MemberTop,
    navigation::Navigation,
    note::{Note, Tone},
    public_layout::PublicLayout,
    ring::Ring,
    role_name::role_name,
    sentence::Sentence,
    stage_icon::{StageIcon, stage_name},
    timestamp::{Precision, Timestamp, localize},
};
