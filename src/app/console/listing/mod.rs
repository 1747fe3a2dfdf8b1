//! What the lists of people share: the query that stands in their URL, searching, the team, the pages. P1, H4

mod pages;
mod search;
mod team;
mod url;

pub use self::{
    pages::Pages,
    search::Search,
    team::PickTeam,
    url::{Step, navigator, query_string},
};
