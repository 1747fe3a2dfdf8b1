//! What a handler asks of its request, proven before its body begins: who is signed in, whose shoot
//! they may see, a link whose MAC was checked; and forms and paths that fail in our own words. N1, N2

mod input;
mod links;
mod shoot;
mod user;

pub use self::{
    input::{Files, Form, Path, Query, Wants},
    links::{InviteHolder, LinkToken, OpenLink, ResultsHolder, find_token},
    shoot::{MemberShoot, may_shoot_for},
    user::{CurrentMember, home},
};
