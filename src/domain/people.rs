//! The list of people: members and pending invites together. What may be asked of it stands in the URL;
//! one row type for both; who was selected. P1, P2

use std::{collections::BTreeSet, fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    UnknownWord,
    actor::Actor,
    db_enum,
    ids::{HeadshotId, LinkId, MemberId, TeamId},
    invite::{ADDRESSES_MAX, InviteState},
    member::{MemberKind, may_be_removed},
    moment::Moment,
    role::Role,
    shoot::Stage,
    text,
};

/// A page of the list has so many people.
pub const PAGE: usize = 50;
/// Searching begins with so many characters.
pub const SEARCH_MIN: usize = 2;
/// What is searched for has at most so many characters.
pub const SEARCH_MAX: usize = 100;
/// So many people are selected at once, at most, to be moved, reminded or revoked. P2
pub const SELECTED_MAX: usize = ADDRESSES_MAX;
/// So many people are removed at once, at most. P2
pub const REMOVED_AT_ONCE: usize = 10;
/// A list can be filtered by so many links: the newest that somebody joined through. P1
pub const LINKS_LISTED: i64 = 100;

/// A member or a pending invite: ids are never given twice, so that one names either.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PersonId(pub Uuid);

impl fmt::Display for PersonId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for PersonId {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

impl From<MemberId> for PersonId {
    fn from(member: MemberId) -> Self {
        Self(member.0)
    }
}

impl From<super::ids::InviteId> for PersonId {
    fn from(invite: super::ids::InviteId) -> Self {
        Self(invite.0)
    }
}

/// What is asked of the list, as it stands in the URL. Whatever of it cannot be read is not asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PeopleQuery {
    pub stage: Option<Stage>,
    /// At least [`SEARCH_MIN`] characters.
    pub search: Option<String>,
    pub team: Option<TeamFilter>,
    /// Pending invites count as [`MemberKind::Invite`].
    pub kind: Option<MemberKind>,
    /// Who joined through this link.
    pub link: Option<LinkId>,
    /// Members only who joined and get no further. I15
    pub stuck: bool,
    pub sort: Sort,
    pub view: View,
    pub place: Place,
}

/// How the list looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum View {
    #[default]
    Table,
    /// Cards with the faces large.
    Grid,
}

db_enum!(View { Table = "table", Grid = "grid" });

/// People of one team, or of none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum TeamFilter {
    In(TeamId),
    None,
}

impl TeamFilter {
    /// The team, if it is one.
    #[must_use]
    pub const fn team(self) -> Option<TeamId> {
        match self {
            Self::In(team) => Some(team),
            Self::None => None,
        }
    }
}

/// The word for people of no team.
const NO_TEAM: &str = "none";

impl fmt::Display for TeamFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::In(team) => team.fmt(f),
            Self::None => f.write_str(NO_TEAM),
        }
    }
}

impl FromStr for TeamFilter {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        match word {
            NO_TEAM => Ok(Self::None),
            id => id.parse().map(Self::In).map_err(|_| UnknownWord),
        }
    }
}

/// The word that asks for those only who are stuck.
pub const STUCK: &str = "yes";

/// The order of the list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Sort {
    #[default]
    Name,
    NameBackwards,
    Newest,
    Oldest,
}

db_enum!(Sort { Name = "name", NameBackwards = "-name", Newest = "newest", Oldest = "oldest" });

impl Sort {
    /// The same order from its other end.
    #[must_use]
    pub const fn backwards(self) -> Self {
        match self {
            Self::Name => Self::NameBackwards,
            Self::NameBackwards => Self::Name,
            Self::Newest => Self::Oldest,
            Self::Oldest => Self::Newest,
        }
    }

    /// Whether it goes by names; otherwise by when people came.
    #[must_use]
    pub const fn is_by_name(self) -> bool {
        matches!(self, Self::Name | Self::NameBackwards)
    }
}

/// Which page of the list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Place {
    #[default]
    First,
    After(Cursor),
    Before(Cursor),
}

impl Place {
    /// What it is beside of.
    #[must_use]
    pub const fn cursor(&self) -> Option<&Cursor> {
        match self {
            Self::First => None,
            Self::After(cursor) | Self::Before(cursor) => Some(cursor),
        }
    }
}

/// Somebody's place in the list, good also when they are gone from it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Cursor {
    /// What names are sorted by.
    pub key: String,
    pub id: PersonId,
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.id, self.key)
    }
}

impl FromStr for Cursor {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (id, key) = text.split_once('.').ok_or(UnknownWord)?;
        if key.chars().any(char::is_control) {
            return Err(UnknownWord);
        }
        Ok(Self { id: id.parse().map_err(|_| UnknownWord)?, key: key.to_owned() })
    }
}

impl PeopleQuery {
    /// Reads what stands under each name of the URL's query.
    pub fn read(get: impl Fn(&str) -> Option<String>) -> Self {
        fn word<T: FromStr>(value: Option<String>) -> Option<T> {
            value.and_then(|value| value.parse().ok())
        }
        let place = match (word(get("after")), word(get("before"))) {
            (Some(cursor), _) => Place::After(cursor),
            (None, Some(cursor)) => Place::Before(cursor),
            (None, None) => Place::First,
        };
        Self {
            stage: word(get("stage")),
            search: get("q").as_deref().and_then(searched),
            team: word(get("team")),
            kind: word(get("kind")),
            link: word(get("link")),
            stuck: get("stuck").as_deref() == Some(STUCK),
            sort: word(get("sort")).unwrap_or_default(),
            view: word(get("view")).unwrap_or_default(),
            place,
        }
    }

    /// Names and values of the URL's query, without what is asked of every list.
    #[must_use]
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let place = match &self.place {
            Place::First => None,
            Place::After(cursor) => Some(("after", cursor.to_string())),
            Place::Before(cursor) => Some(("before", cursor.to_string())),
        };
        [
            self.stage.map(|stage| ("stage", stage.as_str().to_owned())),
            self.search.clone().map(|search| ("q", search)),
            self.team.map(|team| ("team", team.to_string())),
            self.kind.map(|kind| ("kind", kind.as_str().to_owned())),
            self.link.map(|link| ("link", link.to_string())),
            self.stuck.then(|| ("stuck", STUCK.to_owned())),
            (self.sort != Sort::default()).then(|| ("sort", self.sort.as_str().to_owned())),
            (self.view != View::default()).then(|| ("view", self.view.as_str().to_owned())),
            place,
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    /// The same from the first page on.
    #[must_use]
    pub fn from_first(self) -> Self {
        Self { place: Place::First, ..self }
    }

    /// Whether both ask for the same people, in whatever order and view and on whatever page.
    #[must_use]
    pub fn asks_for_same_people(&self, other: &Self) -> bool {
        let whom = |query: &Self| Self {
            sort: Sort::default(),
            view: View::default(),
            place: Place::First,
            ..query.clone()
        };
        whom(self) == whom(other)
    }

    /// Whether it asks for anything but all of a team.
    #[must_use]
    pub const fn is_narrowed(&self) -> bool {
        self.search.is_some() || self.kind.is_some() || self.link.is_some() || self.stuck
    }

    /// Whether some people are left out of the list, whatever their stage.
    #[must_use]
    pub const fn is_filtered(&self) -> bool {
        self.is_narrowed() || self.team.is_some()
    }
}

/// What is searched for, if it is enough to search for.
#[must_use]
pub fn searched(typed: &str) -> Option<String> {
    let seen = typed.chars().filter(|c| !c.is_control());
    let words: String = text::squeeze(&seen.collect::<String>()).chars().take(SEARCH_MAX).collect();
    (words.chars().count() >= SEARCH_MIN).then_some(words)
}

/// A row of the list.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Person {
    pub id: PersonId,
    /// An invite may have none.
    pub name: Option<String>,
    /// A managed member may have none.
    pub address: Option<String>,
    pub title: Option<String>,
    pub team: Option<TeamId>,
    pub stage: Stage,
    /// When they joined, were added or were invited.
    pub since: Moment,
    pub standing: Standing,
}

/// What is known of a member, or of an invite.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Standing {
    Member {
        role: Role,
        kind: MemberKind,
        shoots: i64,
        /// The chosen headshot, or the first.
        face: Option<HeadshotId>,
        /// They add their own photos.
        has_account: bool,
        /// Their directory took their access away. S6
        is_deactivated: bool,
        /// The organization is offered to them.
        is_offered: bool,
        /// When they were last reminded of them.
        reminded_at: Option<Moment>,
    },
    Invite {
        state: InviteState,
        /// As what they join. P5
        role: Role,
        /// The mail server's words.
        failure: Option<String>,
        expired: bool,
        /// When the mail server took it.
        sent_at: Option<Moment>,
        /// When the last reminder was queued.
        reminded_at: Option<Moment>,
    },
}

impl Person {
    /// What they are called: by name, or else by address.
    #[must_use]
    pub fn called(&self) -> &str {
        self.name.as_deref().or(self.address.as_deref()).unwrap_or_default()
    }

    #[must_use]
    pub const fn is_invite(&self) -> bool {
        matches!(self.standing, Standing::Invite { .. })
    }
}

/// How many people are in each stage, of those who match all of a query but its stage. Whoever created the
/// organization is in a stage from their first photo on: nobody invited them, and nobody waits for them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageCounts {
    /// By the order of [`Stage::ALL`].
    pub stages: [i64; 6],
    /// Pending invites among them.
    pub invites: i64,
    /// Who created the organization and is in no stage yet.
    pub founder: i64,
}

impl StageCounts {
    #[must_use]
    pub fn all(&self) -> i64 {
        self.stages.iter().sum::<i64>() + self.founder
    }

    #[must_use]
    pub fn members(&self) -> i64 {
        self.all() - self.invites
    }

    #[must_use]
    pub fn of(&self, stage: Stage) -> i64 {
        Stage::ALL.iter().position(|one| *one == stage).map_or(0, |at| self.stages[at])
    }

    /// How many match a query, its stage included.
    #[must_use]
    pub fn matching(&self, query: &PeopleQuery) -> i64 {
        query.stage.map_or_else(|| self.all(), |stage| self.of(stage))
    }
}

/// Something that is done to several people at once. P2
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum BulkAct {
    /// To another team, or to none. T2
    Move,
    /// Invites again; members about the photos that they owe. I8
    Remind,
    /// Pending invites. I9
    Revoke,
    /// Members. P3
    Remove,
}

db_enum!(BulkAct { Move = "move", Remind = "remind", Revoke = "revoke", Remove = "remove" });

/// What decides whether something is done to somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Facts {
    Member {
        id: MemberId,
        role: Role,
        stage: Stage,
        shoots: i64,
        /// They have an account, with which they add their own photos.
        has_account: bool,
        is_deactivated: bool,
        opted_out: bool,
        /// When they may be emailed again, where that is later than now.
        again: Option<Moment>,
    },
    Invite {
        /// Its own mail has not been taken yet.
        queued: bool,
        opted_out: bool,
        again: Option<Moment>,
    },
}

/// Why something is not done to somebody who was selected. P2
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, thiserror::Error)]
pub enum NotDone {
    #[error("No longer in the list.")]
    Gone,
    #[error("Already a member: remove them instead.")]
    IsMember,
    #[error("Not joined yet: revoke their invite instead.")]
    IsInvite,
    #[error("Nothing to remind them of: their photos are submitted.")]
    NothingToDo,
    #[error("A lead adds their photos: there is nobody to remind.")]
    Managed,
    #[error("Their directory deactivated them.")]
    Deactivated,
    #[error("Their invite is still being sent.")]
    Queued,
    #[error("They unsubscribed from your organization’s invites.")]
    OptedOut,
    #[error("They were emailed within the hour.")]
    TooSoon,
    #[error("{0}")]
    Refused(String),
}

/// Whether `actor` may do this to somebody. P2, P3, I8, I9
///
/// # Errors
/// What stands against it.
pub fn judge(act: BulkAct, actor: &Actor, facts: &Facts) -> Result<(), NotDone> {
    match (act, facts) {
        (BulkAct::Move, _) | (BulkAct::Revoke, Facts::Invite { .. }) => Ok(()),
        (BulkAct::Revoke, Facts::Member { .. }) => Err(NotDone::IsMember),
        (BulkAct::Remove, Facts::Invite { .. }) => Err(NotDone::IsInvite),
        (BulkAct::Remove, Facts::Member { id, role, shoots, .. }) => {
            may_be_removed(actor, *id, *role, *shoots)
                .map_err(|refusal| NotDone::Refused(refusal.to_string()))
        }
        (BulkAct::Remind, Facts::Member { stage: Stage::Ready | Stage::Generating, .. }) => {
            Err(NotDone::NothingToDo)
        }
        (BulkAct::Remind, Facts::Member { is_deactivated: true, .. }) => Err(NotDone::Deactivated),
        (BulkAct::Remind, Facts::Member { has_account: false, .. }) => Err(NotDone::Managed),
        (BulkAct::Remind, Facts::Member { opted_out: true, .. } | Facts::Invite { opted_out: true, .. }) => {
            Err(NotDone::OptedOut)
        }
        (BulkAct::Remind, Facts::Invite { queued: true, .. }) => Err(NotDone::Queued),
        (BulkAct::Remind, Facts::Member { again: Some(_), .. } | Facts::Invite { again: Some(_), .. }) => {
            Err(NotDone::TooSoon)
        }
        (BulkAct::Remind, _) => Ok(()),
    }
}

/// Which people changed: word of it goes from server to server and to the pages, which read these again
/// and nobody else. N7
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Changed {
    /// These, if any; whatever else changed is not about single people.
    People(BTreeSet<PersonId>),
    /// Nobody knows whom.
    Anybody,
}

/// Of more people than these nobody is told one by one: word between servers has 8,000 bytes at most.
const TOLD_AT_ONCE: usize = 150;

impl Default for Changed {
    fn default() -> Self {
        Self::People(BTreeSet::new())
    }
}

impl<T: Into<PersonId>> FromIterator<T> for Changed {
    fn from_iter<I: IntoIterator<Item = T>>(people: I) -> Self {
        Self::People(people.into_iter().map(Into::into).collect()).within_bounds()
    }
}

impl Changed {
    /// Both together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::People(mut one), Self::People(other)) => {
                one.extend(other);
                Self::People(one).within_bounds()
            }
            _ => Self::Anybody,
        }
    }

    fn within_bounds(self) -> Self {
        match self {
            Self::People(people) if people.len() > TOLD_AT_ONCE => Self::Anybody,
            fine => fine,
        }
    }

    #[must_use]
    pub fn about(&self, person: PersonId) -> bool {
        match self {
            Self::People(people) => people.contains(&person),
            Self::Anybody => true,
        }
    }
}

/// Anybody is a star; browsers drop events without data, so that nobody is a dash.
impl std::fmt::Display for Changed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Anybody => f.write_str("*"),
            Self::People(people) if people.is_empty() => f.write_str("-"),
            Self::People(people) => f.write_str(&listed(people)),
        }
    }
}

/// What cannot be read may be about anybody.
impl From<&str> for Changed {
    fn from(text: &str) -> Self {
        match text {
            "-" => Self::default(),
            ids => read_ids(ids).map_or(Self::Anybody, |people| people.into_iter().collect()),
        }
    }
}

/// Ids with commas between.
#[must_use]
pub fn listed<'a>(people: impl IntoIterator<Item = &'a PersonId>) -> String {
    people.into_iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}

/// See [`listed`]; nothing is nobody.
///
/// # Errors
/// One of them is no id.
pub fn read_ids(text: &str) -> Result<Vec<PersonId>, uuid::Error> {
    text.split(',').map(str::trim).filter(|id| !id.is_empty()).map(str::parse).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    fn read(pairs: &[(&str, String)]) -> PeopleQuery {
        let map: HashMap<&str, &String> = pairs.iter().map(|(name, value)| (*name, value)).collect();
        PeopleQuery::read(|name| map.get(name).map(|value| (*value).clone()))
    }

    fn typed(pairs: &[(&'static str, &str)]) -> PeopleQuery {
        read(&pairs.iter().map(|(name, value)| (*name, (*value).to_owned())).collect::<Vec<_>>())
    }

    fn every_query() -> Vec<PeopleQuery> {
        let id = PersonId(Uuid::from_u128(7));
        let cursor = Cursor { key: "ada.b ü".into(), id };
        let mut queries = vec![PeopleQuery::default()];
        let mut add = |query: PeopleQuery| queries.push(query);
        for stage in Stage::ALL {
            add(PeopleQuery { stage: Some(*stage), ..PeopleQuery::default() });
        }
        add(PeopleQuery { view: View::Grid, ..PeopleQuery::default() });
        add(PeopleQuery { stage: Some(Stage::Joined), stuck: true, ..PeopleQuery::default() });
        for sort in Sort::ALL {
            add(PeopleQuery { sort: *sort, search: Some("ada & co".into()), ..PeopleQuery::default() });
        }
        for kind in MemberKind::ALL {
            add(PeopleQuery { kind: Some(*kind), ..PeopleQuery::default() });
        }
        for team in [TeamFilter::None, TeamFilter::In(TeamId(Uuid::from_u128(5)))] {
            add(PeopleQuery {
                team: Some(team),
                link: Some(LinkId(Uuid::from_u128(6))),
                ..PeopleQuery::default()
            });
        }
        for place in [Place::After(cursor.clone()), Place::Before(cursor)] {
            add(PeopleQuery { place, ..PeopleQuery::default() });
        }
        queries
    }

    /// P1
    #[test]
    fn what_is_asked_is_read_from_the_url_as_it_was_written() {
        for query in every_query() {
            assert_eq!(read(&query.pairs()), query);
        }
        assert!(PeopleQuery::default().pairs().is_empty(), "the plain list has a plain URL");
    }

    /// P1, N1
    #[test]
    fn what_cannot_be_read_is_not_asked() {
        for (name, value) in [
            ("stage", "asleep"),
            ("q", "a"),
            ("q", "  "),
            ("team", "x"),
            ("kind", "x"),
            ("link", "x"),
            ("stuck", "maybe"),
            ("sort", "x"),
            ("after", "x"),
            ("after", "x.ada"),
            ("after", "00000000-0000-0000-0000-000000000007.a\0"),
            ("q", "a\0"),
            ("before", ""),
            ("nothing", "x"),
        ] {
            assert_eq!(typed(&[(name, value)]), PeopleQuery::default(), "{name}={value}");
        }
    }

    /// P1
    #[test]
    fn a_search_begins_with_two_characters_and_is_squeezed() {
        assert_eq!(typed(&[("q", " 李  ")]).search, None);
        assert_eq!(typed(&[("q", "  Ada   L ")]).search.as_deref(), Some("Ada L"));
        assert_eq!(typed(&[("q", &"x".repeat(500))]).search.map(|search| search.len()), Some(SEARCH_MAX));
    }

    /// P1
    #[test]
    fn an_order_read_backwards_twice_is_the_order() {
        for sort in Sort::ALL {
            assert_ne!(sort.backwards(), *sort);
            assert_eq!(sort.backwards().backwards(), *sort);
            assert_eq!(sort.backwards().is_by_name(), sort.is_by_name());
        }
    }

    /// P1, P2
    #[test]
    fn order_view_and_page_do_not_change_who_is_asked_for() {
        let joined = PeopleQuery { stage: Some(Stage::Joined), ..PeopleQuery::default() };
        let cursor = Cursor { key: "ada".into(), id: PersonId(Uuid::from_u128(7)) };
        let elsewhere = PeopleQuery {
            sort: Sort::Newest,
            view: View::Grid,
            place: Place::After(cursor),
            ..joined.clone()
        };
        assert!(joined.asks_for_same_people(&elsewhere) && elsewhere.asks_for_same_people(&joined));
        for other in [
            PeopleQuery::default(),
            PeopleQuery { stage: Some(Stage::Ready), ..PeopleQuery::default() },
            PeopleQuery { search: Some("ada".into()), ..joined.clone() },
            PeopleQuery { team: Some(TeamFilter::None), ..joined.clone() },
            PeopleQuery { kind: Some(MemberKind::Link), ..joined.clone() },
            PeopleQuery { stuck: true, ..joined.clone() },
        ] {
            assert!(!joined.asks_for_same_people(&other), "{other:?}");
        }
    }

    /// P1
    #[test]
    fn counts_add_up() {
        let counts = StageCounts { stages: [3, 1, 2, 0, 5, 1], invites: 4, ..StageCounts::default() };
        assert_eq!((counts.all(), counts.members()), (12, 8));
        let query = PeopleQuery { stage: Some(Stage::Ready), ..PeopleQuery::default() };
        assert_eq!((counts.matching(&query), counts.matching(&PeopleQuery::default())), (5, 12));
    }

    /// N7
    #[test]
    fn who_changed_is_read_as_it_was_told() {
        let people = |n: u128| (1..=n).map(|id| PersonId(Uuid::from_u128(id))).collect::<Changed>();
        for changed in [Changed::default(), Changed::Anybody, people(1), people(3), people(150)] {
            let told = changed.to_string();
            assert_eq!(Changed::from(told.as_str()), changed);
            assert!(!told.is_empty() && told.len() < 7_900);
        }
        assert_eq!(people(151), Changed::Anybody);
        assert_eq!(people(100).and(people(120)), people(120));
        assert_eq!(people(1).and(Changed::Anybody), Changed::Anybody);
        assert_eq!(Changed::from("now"), Changed::Anybody, "word from an earlier version");
    }

    /// P2
    #[test]
    fn what_may_be_done_depends_on_who_they_are() {
        let actor = Actor::system(super::super::ids::OrgId(Uuid::from_u128(1)));
        let member = |stage, role, shoots, has_account, again| Facts::Member {
            id: MemberId(Uuid::from_u128(2)),
            role,
            stage,
            shoots,
            has_account,
            is_deactivated: false,
            opted_out: false,
            again,
        };
        let lately = Some(Moment::from_unix_millis(1));
        let joined = member(Stage::Joined, Role::Member, 0, true, None);
        let unsubscribed = Facts::Member {
            id: MemberId(Uuid::from_u128(2)),
            role: Role::Member,
            stage: Stage::Joined,
            shoots: 0,
            has_account: true,
            is_deactivated: false,
            opted_out: true,
            again: None,
        };
        let deactivated = Facts::Member {
            id: MemberId(Uuid::from_u128(2)),
            role: Role::Member,
            stage: Stage::Joined,
            shoots: 0,
            has_account: false,
            is_deactivated: true,
            opted_out: false,
            again: None,
        };
        let ready = member(Stage::Ready, Role::Member, 4, true, None);
        let managed = member(Stage::AddingPhotos, Role::Member, 0, false, None);
        let owner = member(Stage::Joined, Role::Owner, 0, true, lately);
        let invite = Facts::Invite { queued: false, opted_out: false, again: None };
        let mailed = Facts::Invite { queued: false, opted_out: false, again: lately };
        let queued = Facts::Invite { queued: true, opted_out: false, again: lately };
        let opted_out = Facts::Invite { queued: true, opted_out: true, again: None };
        for (act, facts, expected) in [
            (BulkAct::Move, &owner, Ok(())),
            (BulkAct::Move, &invite, Ok(())),
            (BulkAct::Revoke, &queued, Ok(())),
            (BulkAct::Revoke, &joined, Err(NotDone::IsMember)),
            (BulkAct::Remove, &joined, Ok(())),
            (BulkAct::Remove, &invite, Err(NotDone::IsInvite)),
            (BulkAct::Remind, &joined, Ok(())),
            (BulkAct::Remind, &unsubscribed, Err(NotDone::OptedOut)),
            (BulkAct::Remind, &ready, Err(NotDone::NothingToDo)),
            (BulkAct::Remind, &managed, Err(NotDone::Managed)),
            (BulkAct::Remind, &deactivated, Err(NotDone::Deactivated)),
            (BulkAct::Remind, &owner, Err(NotDone::TooSoon)),
            (BulkAct::Remind, &invite, Ok(())),
            (BulkAct::Remind, &mailed, Err(NotDone::TooSoon)),
            (BulkAct::Remind, &queued, Err(NotDone::Queued)),
            (BulkAct::Remind, &opted_out, Err(NotDone::OptedOut)),
        ] {
            assert_eq!(judge(act, &actor, facts), expected, "{act:?} {facts:?}");
        }
        for facts in [&owner, &ready] {
            assert!(matches!(judge(BulkAct::Remove, &actor, facts), Err(NotDone::Refused(_))), "{facts:?}");
        }
    }

    /// P2
    #[test]
    fn a_selection_is_some_people_or_all_who_match() {
        let ids: Vec<PersonId> = (1..4).map(|id| PersonId(Uuid::from_u128(id))).collect();
        assert_eq!(read_ids(&listed(&ids)), Ok(ids));
        assert_eq!(read_ids(""), Ok(vec![]));
        assert!(read_ids("1,x").is_err());
    }
}
