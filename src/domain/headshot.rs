//! Headshots as files: the shapes and backgrounds with which people need them, and what each is called when it is saved. H4, H7

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::{db_enum, moment::Moment, text};

/// A file name has at most so many characters of a person's or an organization's name.
const NAME_MAX: usize = 80;
/// Bytes of it at most: with what stands behind it, file systems take 255.
const NAME_BYTES: usize = 200;

/// The shapes in which people need a headshot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Shape {
    /// As it was made: 4:5.
    #[default]
    Portrait,
    /// As wide as the portrait: for profiles.
    Square,
    /// A square whose corners are transparent: what a round frame will show.
    Round,
    /// 400 × 400 pixels: what chat tools take.
    Chat,
}

db_enum!(Shape { Portrait = "portrait", Square = "square", Round = "round", Chat = "chat" });

/// What stands behind the person.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Background {
    /// What was there.
    #[default]
    Original,
    /// What was there, out of focus.
    Soft,
    /// A light wall.
    Plain,
}

db_enum!(Background { Original = "original", Soft = "soft", Plain = "plain" });

impl Background {
    /// What a file's name says of it.
    const fn mark(self) -> &'static str {
        match self {
            Self::Original => "",
            Self::Soft => " soft",
            Self::Plain => " plain",
        }
    }
}

/// How a headshot is wanted as a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Format {
    pub shape: Shape,
    pub background: Background,
}

impl Shape {
    /// How a file of this shape ends: what its name says of the shape, and its type.
    const fn ending(self) -> (&'static str, &'static str) {
        match self {
            Self::Portrait => ("", "jpg"),
            Self::Square => (" square", "jpg"),
            Self::Round => (" round", "png"),
            Self::Chat => (" chat", "jpg"),
        }
    }
}

/// One of the headshots of a person: `Ada Lovelace 2026-11-26 03 plain square.jpg`. Two shoots of a person differ
/// by their day, in UTC.
#[must_use]
pub fn file_name(person: &str, finished: Moment, number: i16, format: Format) -> String {
    let (mark, kind) = format.shape.ending();
    format!("{}{}{mark}.{kind}", file_stem(person, finished, number), format.background.mark())
}

fn file_stem(person: &str, finished: Moment, number: i16) -> String {
    let day = finished.iso();
    format!("{} {} {number:02}", plain(person), day.split('T').next().unwrap_or_default())
}

/// All headshots of somebody or of many: `Acme headshots.zip`.
#[must_use]
pub fn archive_name(whose: &str) -> String {
    format!("{} headshots.zip", plain(whose))
}

/// Gives each file of an archive a name of its own. Those that differ by case alone are one name on many
/// disks, so `Ada.jpg` and her namesake's `ada 2.jpg` do not overwrite each other.
#[derive(Clone, Debug, Default)]
pub struct ArchiveNames {
    /// How often each name was asked for, in lower case.
    asked: HashMap<String, u32>,
}

impl ArchiveNames {
    /// The one headshot of a person: `Ada Lovelace.jpg`.
    pub fn portrait(&mut self, person: &str, shape: Shape) -> String {
        self.free(plain(person), shape)
    }

    /// One of several: `Ada Lovelace 2026-11-26 03.jpg`; of a second shoot on the same day with another
    /// number behind it.
    pub fn headshot(&mut self, person: &str, finished: Moment, number: i16, shape: Shape) -> String {
        self.free(file_stem(person, finished, number), shape)
    }

    /// A file beside the headshots.
    pub fn other(&mut self, name: &str, kind: &str) -> String {
        format!("{}.{kind}", self.unused(plain(name)))
    }

    fn free(&mut self, stem: String, shape: Shape) -> String {
        let (mark, kind) = shape.ending();
        format!("{}{mark}.{kind}", self.unused(stem))
    }

    fn unused(&mut self, stem: String) -> String {
        let mut name = stem.clone();
        while self.asked.contains_key(&name.to_lowercase()) {
            let times = self.asked.entry(stem.to_lowercase()).or_insert(1);
            *times += 1;
            name = format!("{stem} {times}");
        }
        self.asked.insert(name.to_lowercase(), 1);
        name
    }
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
    let replaced: String = text::shown(name).map(taken).collect();
    let plain = text::beginning(&text::squeeze(&replaced), NAME_MAX);
    let plain = &plain[..plain.floor_char_boundary(NAME_BYTES)];
    // Hidden on one system, cut off on another.
    let plain = plain.trim_matches(['.', ' ']);
    if plain.is_empty() {
        "Headshots".into()
    } else if is_device(plain) {
        format!("{plain}_")
    } else {
        plain.into()
    }
}

/// Whether Windows keeps this name for a device, whatever stands behind a dot.
fn is_device(name: &str) -> bool {
    let name = name.split('.').next().unwrap_or_default().trim_end().to_lowercase();
    let numbered = name.strip_suffix(|c: char| c.is_ascii_digit() || matches!(c, '¹' | '²' | '³'));
    match numbered {
        Some(word) => matches!(word, "com" | "lpt"),
        None => matches!(name.as_str(), "con" | "prn" | "aux" | "nul"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// H7
    #[test]
    fn a_file_says_whose_it_is_of_which_day_and_in_which_shape() {
        let day = Moment::parse("2026-11-26T23:59").unwrap();
        let named = |shape| file_name("Ada Lovelace", day, 3, Format { shape, ..Format::default() });
        assert_eq!(named(Shape::Portrait), "Ada Lovelace 2026-11-26 03.jpg");
        assert_eq!(named(Shape::Square), "Ada Lovelace 2026-11-26 03 square.jpg");
        assert_eq!(named(Shape::Round), "Ada Lovelace 2026-11-26 03 round.png");
        assert_eq!(named(Shape::Chat), "Ada Lovelace 2026-11-26 03 chat.jpg");
        let plain = Format { shape: Shape::Square, background: Background::Plain };
        assert_eq!(file_name("Ada Lovelace", day, 3, plain), "Ada Lovelace 2026-11-26 03 plain square.jpg");
        let soft = Format { background: Background::Soft, ..Format::default() };
        assert_eq!(file_name("Ada Lovelace", day, 3, soft), "Ada Lovelace 2026-11-26 03 soft.jpg");
        assert_eq!(archive_name("Zoë Ångström"), "Zoë Ångström headshots.zip");
    }

    /// H7, N1: whatever somebody is called, every system can unpack it.
    #[test]
    fn every_name_is_a_file_name_everywhere() {
        for (name, plain) in [
            ("../../etc/passwd", "etc passwd"),
            ("A:B|C", "A B C"),
            ("...", "Headshots"),
            ("Ada. ", "Ada"),
            ("Ada\u{202e}gpj.exe", "Adagpj.exe"),
            ("Con", "Con_"),
            ("aux.x", "aux.x_"),
            ("COM1", "COM1_"),
            ("lpt³", "lpt³_"),
            ("Conrad", "Conrad"),
            ("Com", "Com"),
        ] {
            assert_eq!(super::plain(name), plain, "{name}");
        }
    }

    /// H7: file systems count bytes.
    #[test]
    fn a_name_of_few_wide_characters_is_short_enough() {
        let family = "👨‍👩‍👧‍👦".repeat(11);
        let format = Format { shape: Shape::Square, background: Background::Original };
        let name = file_name(&family, Moment::from_unix_millis(0), 3, format);
        assert!(
            name.len() <= 255 && name.starts_with("👨‍👩‍👧‍👦") && name.ends_with(" 1970-01-01 03 square.jpg"),
            "{name}"
        );
    }

    /// H7
    #[test]
    fn namesakes_get_files_of_their_own() {
        let mut names = ArchiveNames::default();
        let made =
            ["Ada", "Bob", "ada", "Ada", "Ada 2", "Ada 2"].map(|name| names.portrait(name, Shape::Portrait));
        assert_eq!(made, ["Ada.jpg", "Bob.jpg", "ada 2.jpg", "Ada 3.jpg", "Ada 2 2.jpg", "Ada 2 3.jpg"]);
    }

    /// H7: two shoots on one day.
    #[test]
    fn two_shoots_of_one_day_are_two_files() {
        let day = Moment::parse("2026-11-26T10:00").unwrap();
        let mut names = ArchiveNames::default();
        let made = [1, 2, 1].map(|number| names.headshot("Ada", day, number, Shape::Portrait));
        assert_eq!(made, ["Ada 2026-11-26 01.jpg", "Ada 2026-11-26 02.jpg", "Ada 2026-11-26 01 2.jpg"]);
    }

    proptest::proptest! {
        /// H7: a thousand namesakes are numbered in one go, and none has another's name.
        #[test]
        fn no_two_files_of_an_archive_have_one_name(people in proptest::collection::vec("[Aa]( [2-4])?", 0..40)) {
            let mut names = ArchiveNames::default();
            let mut seen = std::collections::BTreeSet::new();
            for person in people {
                let name = names.portrait(&person, Shape::Portrait).to_lowercase();
                proptest::prop_assert!(seen.insert(name.clone()), "{} twice", name);
            }
        }
    }
}
