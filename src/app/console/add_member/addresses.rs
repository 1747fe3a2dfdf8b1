//! The addresses of the dialog while they are worked on: entered, checked, mended, counted. I1, I3
//!
//! What they look like is in `chips` and `fixes`.

use std::collections::{HashMap, HashSet};

use leptos::prelude::*;

use crate::{
    app::{
        browser::{idna, names::name_key},
        console::{
            add_member::api::{Addressees, Checked, LeftOut, check_addresses},
            teams::api::TeamView,
        },
        error::AppError,
    },
    domain::{
        address_list::{AddressList, Entry, Person},
        email::EmailAddress,
        ids::OrgId,
        invite::{ADDRESSES_MAX, AddressStatus},
        list_problem::{ENTRIES_MAX, ListProblem},
        suggestion::suggest,
        text::beginning,
        verdict::Verdict,
    },
    words,
};

/// How many chips are drawn at first, and how many more at a time.
const DRAWN: usize = 80;

/// Characters of a chip; what is longer is no address.
const SHOWN_MAX: usize = 254;

/// The addresses of the dialog.
#[derive(Clone, Copy)]
pub struct Addresses {
    org: OrgId,
    items: RwSignal<Vec<Item>>,
    next_id: StoredValue<u32>,
    statuses: RwSignal<HashMap<String, AddressStatus>>,
    pub teams: RwSignal<Vec<TeamView>>,
    /// Domains that are likely meant: the lead's own, and those in the list more than once.
    familiar: Memo<Vec<String>>,
    pub typed: RwSignal<String>,
    pub announcement: RwSignal<String>,
    /// What is to be said of the file or paste as a whole.
    pub remark: RwSignal<Option<String>>,
    /// The item that is being mended in place.
    pub editing: RwSignal<Option<u32>>,
    pub drawn: RwSignal<usize>,
    checks_under_way: RwSignal<u32>,
    pub tally: Memo<Tally>,
}

/// One address, or what was to be one.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Item {
    id: u32,
    entry: Entry,
    /// What the address is compared by.
    key: Option<String>,
    /// What its team is compared by.
    team_key: Option<String>,
    /// Why the server left it out.
    left_out: Option<Verdict>,
    /// The person said that the address is right as it stands.
    confirmed: bool,
    /// Is invited although they can sign in without an invite. S5
    all_the_same: bool,
}

/// What is to be said of an item.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Judgement {
    /// Before a send.
    Ahead(Verdict),
    /// By the server, when it was not among the others.
    LeftOut(Verdict),
}

impl Judgement {
    /// Why it is not invited, in a sentence.
    pub fn reason(&self) -> Option<String> {
        match self {
            Self::Ahead(Verdict::Fine) => None,
            Self::Ahead(verdict) | Self::LeftOut(verdict) => Some(verdict.to_string()),
        }
    }

    fn is_fine(&self) -> bool {
        *self == Self::Ahead(Verdict::Fine)
    }
}

/// An item as it is drawn.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Shown {
    pub id: u32,
    pub text: String,
    pub title: String,
    pub judgement: Judgement,
    pub editing: bool,
    /// The last of those that are drawn.
    pub last: bool,
}

/// Something that can be mended, with what was most likely meant.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Fix {
    pub id: u32,
    pub text: String,
    pub judgement: Judgement,
    pub suggestion: Option<String>,
}

/// How many there are of each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub all: usize,
    pub fine: usize,
    pub to_mend: usize,
    pub left_out: usize,
}

impl Tally {
    /// How many one send takes: exactly what the button says. I3
    #[must_use]
    pub const fn to_invite(self) -> usize {
        if self.fine < ADDRESSES_MAX { self.fine } else { ADDRESSES_MAX }
    }

    /// `5 will be invited.`, and what becomes of the rest.
    #[must_use]
    pub fn sentences(self) -> (String, String) {
        let rest = match (self.to_mend, self.left_out) {
            (0, 0) => None,
            (0, left) => Some(words::console::addresses_to_invite_left_out(left as i64)),
            (bad, 0) => Some(words::console::addresses_to_invite_to_fix(bad as i64)),
            (bad, left) => Some(words::console::addresses_to_invite_to_fix_and_left_out(bad as i64, left)),
        };
        let over = (self.fine > ADDRESSES_MAX)
            .then(|| words::console::addresses_to_invite_too_many((self.fine - ADDRESSES_MAX) as i64));
        let rest = rest.into_iter().chain(over).collect::<Vec<_>>().join(" ");
        (words::console::addresses_to_invite(self.to_invite() as i64), rest)
    }
}

impl Addresses {
    /// `own_domain` is where the lead's own mail goes.
    pub fn new(org: OrgId, own_domain: Option<String>, teams: Vec<TeamView>) -> Self {
        let items = RwSignal::new(Vec::<Item>::new());
        let statuses = RwSignal::new(HashMap::new());
        let teams = RwSignal::new(teams);
        let typed = RwSignal::new(String::new());
        let in_field = Memo::new(move |_| typed.with(|typed| addresses_in(typed)));
        Self {
            org,
            items,
            next_id: StoredValue::new(0),
            statuses,
            teams,
            familiar: Memo::new(move |_| items.with(|items| familiar(items, own_domain.as_deref()))),
            typed,
            announcement: RwSignal::new(String::new()),
            remark: RwSignal::new(None),
            editing: RwSignal::new(None),
            drawn: RwSignal::new(DRAWN),
            checks_under_way: RwSignal::new(0),
            tally: Memo::new(move |_| {
                let known = statuses.read();
                let teams = team_names(&teams.read());
                let typed = in_field.read();
                items.with(|items| tally(items, &typed, &known, &teams))
            }),
        }
    }

    /// Whether a text is an address, or several.
    pub fn is_whole(self, text: &str) -> bool {
        !addresses_in(text).is_empty()
    }

    /// Reads files, and says of all of them together what is to be said.
    pub fn add_files(self, texts: Vec<Result<String, String>>) {
        let mut remarks = Vec::new();
        for text in texts {
            match text {
                Ok(text) => {
                    self.add(&text);
                    remarks.extend(self.remark.get_untracked());
                }
                Err(problem) => remarks.push(problem),
            }
        }
        self.remark.set((!remarks.is_empty()).then(|| remarks.join(" ")));
    }

    /// Nothing is entered and nothing typed.
    pub fn is_empty(self) -> bool {
        self.items.with(Vec::is_empty) && self.nothing_typed()
    }

    pub fn nothing_typed(self) -> bool {
        self.typed.with(|typed| typed.trim().is_empty())
    }

    /// The server has not said yet what it knows of all addresses.
    pub fn is_being_checked(self) -> bool {
        self.checks_under_way.get() > 0
    }

    /// Makes entries of what stands in the field.
    pub fn take_typed(self) {
        // The field also loses focus when it is taken off the page, with all that it held.
        let text = self.typed.try_get_untracked().unwrap_or_default();
        if !text.trim().is_empty() {
            self.typed.set(String::new());
            self.add(&text);
        }
    }

    /// Takes a paste, together with what stands in the field; of several lines, behind it.
    pub fn paste(self, text: &str) {
        if text.trim().contains('\n') {
            self.take_typed();
            return self.add(text);
        }
        let typed = self.typed.get_untracked();
        self.typed.set(String::new());
        self.add(&format!("{typed}{text}"));
    }

    /// Reads a paste or a file, and says in one announcement what came of it. What cannot be read as a
    /// whole changes nothing.
    pub fn add(self, text: &str) {
        let new = AddressList::parse(text, idna::to_ascii);
        let too_many = self.items.with_untracked(Vec::len) + new.entries.len() > ENTRIES_MAX;
        let problem = match new.problem {
            None if new.entries.is_empty() => Some(ListProblem::NoAddresses),
            None if too_many => Some(ListProblem::TooMany),
            problem => problem,
        };
        if let Some(problem) = problem {
            return self.remark.set(Some(problem.to_string()));
        }
        self.remark.set(ignored_columns(&new.ignored));
        let added = new.entries.len();
        let first_id = self.next_id.get_value();
        self.change(|items| {
            items.extend(new.entries.into_iter().zip(first_id..).map(|(entry, id)| Item {
                id,
                key: None,
                team_key: entry.team.as_deref().map(name_key),
                entry,
                left_out: None,
                confirmed: false,
                all_the_same: false,
            }));
        });
        self.next_id.set_value(first_id + added as u32);
        let (fine, keys) = self.items.with_untracked(|items| {
            let fresh = items[items.len() - added..].iter().filter(|item| item.entry.fresh().is_some());
            let keys: Vec<String> = fresh.filter_map(|item| item.key.clone()).collect();
            (keys.len(), keys)
        });
        self.check(keys, move |known| {
            let rest = added - fine + known;
            let fine = fine - known.min(fine);
            self.announcement.set(match rest {
                0 => words::console::addresses_added(fine),
                rest => words::console::addresses_added_with_attention(fine, rest as i64),
            });
        });
    }

    /// Asks the server what it knows of the addresses; `then` is told of how many it knows something.
    fn check(self, keys: Vec<String>, then: impl FnOnce(usize) + 'static) {
        if keys.is_empty() {
            return then(0);
        }
        self.checks_under_way.update(|n| *n += 1);
        leptos::task::spawn_local(async move {
            let mut count = 0;
            for keys in keys.chunks(ADDRESSES_MAX) {
                let people = keys.iter().map(|key| Person::at(key)).collect();
                let checked: Result<Vec<Checked>, AppError> =
                    check_addresses(self.org, Addressees::People(people)).await;
                // What cannot be asked now is judged when it is sent.
                let known = checked.unwrap_or_default();
                count += known.len();
                self.statuses.try_update(|statuses| {
                    statuses.extend(known.into_iter().map(|one| (one.key, one.status)));
                });
            }
            self.checks_under_way.try_update(|n| *n = n.saturating_sub(1));
            then(count);
        });
    }

    pub fn remove(self, id: u32) {
        self.change(|items| items.retain(|item| item.id != id));
    }

    /// Takes away everything that would not be invited.
    pub fn remove_all_left_out(self) {
        let statuses = self.statuses.get_untracked();
        let teams = team_names(&self.teams.get_untracked());
        self.change(|items| items.retain(|item| judge(item, &statuses, &teams).is_fine()));
    }

    /// Begins to mend an item in its place. I1
    pub fn edit(self, id: u32) {
        self.editing.set(Some(id));
    }

    /// The last chip's id, for Backspace in an empty field and for the arrow keys.
    pub fn last(self) -> Option<u32> {
        self.items.with_untracked(|items| items.last().map(|item| item.id))
    }

    /// What stands in the item's field when it is mended.
    pub fn text_of(self, id: u32) -> String {
        self.items.with_untracked(|items| {
            items.iter().find(|item| item.id == id).map(|item| item.entry.typed.clone()).unwrap_or_default()
        })
    }

    /// Writes an address again; name, team and title stay. Nothing typed takes the item away.
    pub fn mend(self, id: u32, typed: &str) {
        self.editing.set(None);
        if typed.trim().is_empty() {
            return self.remove(id);
        }
        if typed.trim() == self.text_of(id) {
            return;
        }
        self.change(|items| {
            if let Some(item) = items.iter_mut().find(|item| item.id == id) {
                item.entry = item.entry.clone().mended(typed, idna::to_ascii);
                item.left_out = None;
                item.confirmed = false;
            }
        });
        let key = self.items.with_untracked(|items| {
            items.iter().find(|item| item.id == id).and_then(|item| item.key.clone())
        });
        self.check(Vec::from_iter(key), |_| {});
    }

    /// The address is right as it stands.
    pub fn confirm(self, id: u32) {
        self.change(|items| {
            if let Some(item) = items.iter_mut().find(|item| item.id == id) {
                item.confirmed = true;
            }
        });
    }

    /// Invites everybody who could sign in without an invite, too. S5
    pub fn invite_covered(self) {
        let statuses = self.statuses.get_untracked();
        self.change(|items| {
            for item in items {
                let status = item.key.as_ref().and_then(|key| statuses.get(key));
                item.all_the_same |= status == Some(&AddressStatus::Covered);
            }
        });
    }

    /// Lets everybody who was to go into the missing sub-team go where the others go.
    pub fn forget_team(self, team: &str) {
        let unwanted = name_key(team);
        self.change(|items| {
            for item in items {
                if item.team_key.as_ref() == Some(&unwanted) {
                    (item.entry.team, item.team_key) = (None, None);
                }
            }
        });
    }

    /// Those whom one send takes, and their ids.
    pub fn to_send(self) -> (Addressees, HashSet<u32>) {
        let statuses = self.statuses.get_untracked();
        let teams = team_names(&self.teams.get_untracked());
        self.items.with_untracked(|items| {
            let chosen =
                items.iter().filter(|item| judge(item, &statuses, &teams).is_fine()).take(ADDRESSES_MAX);
            let (people, ids) = chosen.map(|item| (Person::from(&item.entry), item.id)).unzip();
            (Addressees::People(people), ids)
        })
    }

    /// Takes away those that were sent, and what repeats them; the others stay with their reason.
    pub fn take_sent_away(self, sent: &HashSet<u32>, left_out: &[LeftOut]) {
        let reasons: HashMap<&str, &Verdict> =
            left_out.iter().map(|left| (left.key.as_str(), &left.verdict)).collect();
        self.change(|items| {
            let gone: HashSet<String> = items
                .iter()
                .filter(|item| sent.contains(&item.id))
                .filter_map(|item| item.key.clone())
                .filter(|key| !reasons.contains_key(key.as_str()))
                .collect();
            items.retain_mut(|item| {
                if item.key.as_ref().is_some_and(|key| gone.contains(key)) {
                    return false;
                }
                if !sent.contains(&item.id) {
                    return true;
                }
                let reason = item.key.as_deref().and_then(|key| reasons.get(key));
                item.left_out = reason.map(|reason| (*reason).clone());
                true
            });
        });
    }

    /// The items that are drawn, and how many more there are.
    pub fn shown(self) -> (Vec<Shown>, usize) {
        let known = self.statuses.read();
        let teams = team_names(&self.teams.read());
        let (drawn, editing) = (self.drawn.get(), self.editing.get());
        self.items.with(|items| {
            let last = items.len().min(drawn).saturating_sub(1);
            let shown = items
                .iter()
                .enumerate()
                .filter(|(at, item)| *at < drawn || editing == Some(item.id))
                .map(|(at, item)| Shown {
                    last: at == last,
                    id: item.id,
                    text: text(item),
                    title: title(&item.entry),
                    judgement: judge(item, &known, &teams),
                    editing: editing == Some(item.id),
                })
                .collect();
            (shown, items.len().saturating_sub(drawn))
        })
    }

    pub fn draw_more(self) {
        self.drawn.update(|drawn| *drawn += 500);
    }

    /// What can be mended or has to be known, in the order of the list.
    pub fn fixes(self) -> Vec<Fix> {
        let known = self.statuses.read();
        let teams = team_names(&self.teams.read());
        let familiar = self.familiar.read();
        self.items.with(|items| {
            let meant = |item: &Item| {
                suggest(&item.entry.typed, &familiar, idna::to_ascii).map(|address| address.to_string())
            };
            items
                .iter()
                .filter_map(|item| {
                    let judgement = judge(item, &known, &teams);
                    let suggestion = match &judgement {
                        Judgement::Ahead(Verdict::Duplicate) => return None,
                        Judgement::Ahead(Verdict::NoAddress(_)) => meant(item),
                        Judgement::Ahead(Verdict::Fine) if !item.confirmed => Some(meant(item)?),
                        Judgement::Ahead(Verdict::Fine) => return None,
                        _ => None,
                    };
                    Some(Fix { id: item.id, text: text(item), judgement, suggestion })
                })
                .collect()
        })
    }

    /// Changes items and marks duplicates again.
    fn change(self, change: impl FnOnce(&mut Vec<Item>)) {
        self.items.update(|items| {
            change(items);
            let entries = items.iter_mut().map(|item| item.entry.take()).collect();
            for (item, entry) in items.iter_mut().zip(AddressList::of(entries).entries) {
                item.key = entry.address.as_ref().ok().map(EmailAddress::key);
                item.entry = entry;
            }
        });
    }
}

/// The addresses in a text, as they are compared; none where it cannot be read.
fn addresses_in(text: &str) -> HashSet<String> {
    if text.trim().is_empty() {
        return HashSet::new();
    }
    let list = AddressList::parse(text, idna::to_ascii);
    if list.problem.is_some() { HashSet::new() } else { list.fresh().map(EmailAddress::key).collect() }
}

fn text(item: &Item) -> String {
    match &item.entry.address {
        Ok(address) => address.to_string(),
        Err(_) if item.entry.typed.is_empty() => beginning(&item.entry.raw, SHOWN_MAX),
        Err(_) => beginning(&item.entry.typed, SHOWN_MAX),
    }
}

/// Everything that is known of the person, for who points at the chip.
fn title(entry: &Entry) -> String {
    let details = [entry.name.as_deref(), entry.title.as_deref(), entry.team.as_deref()];
    let details: Vec<&str> = details.into_iter().flatten().collect();
    if details.is_empty() { beginning(&entry.raw, SHOWN_MAX) } else { details.join(", ") }
}

fn judge(item: &Item, known: &HashMap<String, AddressStatus>, teams: &HashSet<String>) -> Judgement {
    let status = item.key.as_ref().and_then(|key| known.get(key));
    let status = status.filter(|status| !(item.all_the_same && **status == AddressStatus::Covered));
    let has_team = |_: &str| item.team_key.as_ref().is_some_and(|team| teams.contains(team));
    let verdict = Verdict::of(&item.entry, status, has_team);
    match (&item.left_out, &verdict) {
        (_, Verdict::NoAddress(_) | Verdict::Duplicate) | (None, _) => Judgement::Ahead(verdict),
        (Some(reason), _) => Judgement::LeftOut(reason.clone()),
    }
}

/// How many there are of each. Who still stands in the field counts as well, for they are sent with the
/// others. I3
fn tally(
    items: &[Item],
    typed: &HashSet<String>,
    known: &HashMap<String, AddressStatus>,
    teams: &HashSet<String>,
) -> Tally {
    let mut tally = Tally { all: items.len(), ..Tally::default() };
    let listed = |key: &String| items.iter().any(|item| item.key.as_ref() == Some(key));
    tally.fine = typed.iter().filter(|key| !known.contains_key(*key) && !listed(key)).count();
    for item in items {
        match judge(item, known, teams) {
            Judgement::Ahead(Verdict::Fine) => tally.fine += 1,
            Judgement::Ahead(verdict) if verdict.can_be_fixed() => tally.to_mend += 1,
            Judgement::Ahead(_) | Judgement::LeftOut(_) => tally.left_out += 1,
        }
    }
    tally
}

/// What the teams' names are compared by.
fn team_names(teams: &[TeamView]) -> HashSet<String> {
    teams.iter().map(|team| name_key(&team.name)).collect()
}

fn familiar(items: &[Item], own: Option<&str>) -> Vec<String> {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for address in items.iter().filter_map(|item| item.entry.fresh()) {
        *counts.entry(address.domain()).or_default() += 1;
    }
    let mut often: Vec<(&str, usize)> = counts.into_iter().filter(|(_, count)| *count > 1).collect();
    often.sort_by_key(|(domain, count)| (std::cmp::Reverse(*count), *domain));
    own.into_iter().chain(often.into_iter().take(5).map(|(domain, _)| domain)).map(str::to_owned).collect()
}

fn ignored_columns(ignored: &[String]) -> Option<String> {
    let (last, rest) = ignored.split_last()?;
    Some(match rest {
        [] => words::console::column_ignored(last),
        rest => words::console::column_ignored_several(rest.join(", "), last),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// I3: what the button says is what one send takes.
    #[test]
    fn one_send_takes_five_thousand_and_the_rest_stays() {
        let tally = Tally { all: 5_003, fine: 5_001, to_mend: 1, left_out: 1 };
        assert_eq!(tally.to_invite(), 5_000);
        assert_eq!(
            tally.sentences(),
            (
                "5000 will be invited.".into(),
                "1 needs fixing, 1 will be left out. 1 stays here for a second go.".into()
            )
        );
    }

    /// I1
    #[test]
    fn columns_that_were_not_used_are_named() {
        let ignored =
            |names: &[&str]| ignored_columns(&names.iter().map(ToString::to_string).collect::<Vec<_>>());
        assert_eq!(ignored(&[]), None);
        assert_eq!(ignored(&["Phone"]).as_deref(), Some("The column Phone was not used."));
        assert_eq!(
            ignored(&["Phone", "Start", "Desk"]).as_deref(),
            Some("The columns Phone, Start and Desk were not used.")
        );
    }
}
