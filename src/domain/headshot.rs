//! What a headshot is called when it is saved. H7

use super::{moment::Moment, text};

/// A file name has at most so many characters of a person's or an organization's name.
const NAME_MAX: usize = 80;

/// One of the headshots of a person: `Ada Lovelace 2026-11-26 03.jpg`. Two shoots of a person differ by
/// their day, in UTC.
#[must_use]
pub fn file_name(person: &str, finished: Moment, number: i16) -> String {
    let day = finished.iso();
    format!("{} {} {number:02}.jpg", plain(person), day.split('T').next().unwrap_or_default())
}

/// All headshots of somebody or of many: `Acme headshots.zip`.
#[must_use]
pub fn archive_name(whose: &str) -> String {
    format!("{} headshots.zip", plain(whose))
}

/// The one headshot of each person: `Ada Lovelace.jpg`, and `Ada Lovelace 2.jpg` for her namesake. Those
/// that differ by case alone are one name on many disks.
pub fn portrait_names<'a>(people: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut taken = std::collections::BTreeSet::new();
    let name_of = |person: &str| {
        let name = plain(person);
        let numbered = |n: usize| if n == 1 { name.clone() } else { format!("{name} {n}") };
        let free = (1..).map(numbered).find(|name| taken.insert(name.to_lowercase()));
        format!("{}.jpg", free.unwrap_or_default())
    };
    people.into_iter().map(name_of).collect()
}

/// A name without what some system does not take in a file name, or reads otherwise.
fn plain(name: &str) -> String {
    let taken = |c: char| {
        if c.is_control() || matches!(c, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|') {
            ' '
        } else {
            c
        }
    };
    let replaced: String = name.chars().map(taken).collect();
    let plain = text::beginning(&text::squeeze(&replaced), NAME_MAX);
    // Hidden on one system, cut off on another.
    let plain = plain.trim_matches(['.', ' ']);
    if plain.is_empty() { "Headshots".into() } else { plain.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// H7
    #[test]
    fn a_file_says_whose_it_is_and_of_which_day() {
        let day = Moment::parse("2026-11-26T23:59").unwrap();
        assert_eq!(file_name("Ada Lovelace", day, 3), "Ada Lovelace 2026-11-26 03.jpg");
        assert_eq!(archive_name("Zoë Ångström"), "Zoë Ångström headshots.zip");
        for (name, plain) in [("../../etc/passwd", "etc passwd"), ("A:B|C", "A B C"), ("...", "Headshots")] {
            assert_eq!(archive_name(name), format!("{plain} headshots.zip"), "{name}");
        }
    }

    /// H7
    #[test]
    fn namesakes_get_files_of_their_own() {
        let names = portrait_names(["Ada", "Bob", "ada", "Ada", "Ada 2"]);
        assert_eq!(names, ["Ada.jpg", "Bob.jpg", "ada 2.jpg", "Ada 3.jpg", "Ada 2 2.jpg"]);
    }
}
