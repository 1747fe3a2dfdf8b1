//! The words of emails: one file of Project Fluent's format for each language, in the folder
//! `words`. What an email needs beside its words stands in [`super::messages`]. N10

use std::{
    fmt::{self, Display},
    sync::Arc,
};

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use include_dir::{Dir, include_dir};
use time::OffsetDateTime;
use unic_langid::LanguageIdentifier;

use super::body::typed;
use crate::domain::moment::Moment;

pub(super) static FILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/src/mail/words");

/// The words of one language; cheap to clone.
#[derive(Clone)]
pub struct Words {
    language: LanguageIdentifier,
    bundle: Arc<FluentBundle<FluentResource>>,
}

impl fmt::Debug for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Words").field(&self.language).finish()
    }
}

/// Words cannot be written as a message asks for them; a fault of the language's file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the words {key} in {language}: {what}")]
pub struct WordsError {
    language: String,
    key: String,
    what: String,
}

impl Words {
    /// The words in the language of this tag, such as `en` or `pt-BR`. BCP 47
    ///
    /// # Errors
    /// There is no file of that language, or it is not in the format. The text suits a setting.
    pub fn of(tag: &str) -> Result<Self, String> {
        let file = FILES.get_file(format!("{tag}.ftl")).and_then(|file| file.contents_utf8());
        let Some(file) = file else {
            return Err(format!("it should be one of: {}", Self::languages().join(", ")));
        };
        Self::parse(tag, file)
    }

    pub(super) fn parse(tag: &str, file: &str) -> Result<Self, String> {
        let faulty = |what: &dyn Display| format!("the words in {tag} cannot be read: {what}");
        let language: LanguageIdentifier = tag.parse().map_err(|error| faulty(&error))?;
        let resource = FluentResource::try_new(file.to_owned())
            .map_err(|(_, errors)| faulty(&format_args!("{errors:?}")))?;
        let mut bundle = FluentBundle::new_concurrent(vec![language.clone()]);
        // Else each value stands between two invisible marks, which end up in subjects and copies.
        bundle.set_use_isolating(false);
        bundle.add_resource(resource).map_err(|errors| faulty(&format_args!("{errors:?}")))?;
        Ok(Self { language, bundle: Arc::new(bundle) })
    }

    /// The tags of all languages that there are words in.
    #[must_use]
    pub fn languages() -> Vec<&'static str> {
        FILES.files().filter_map(|file| file.path().file_stem()?.to_str()).collect()
    }

    /// For `lang` attributes.
    #[must_use]
    pub fn language(&self) -> String {
        self.language.to_string()
    }

    /// The words of the message `id`, with these facts in them.
    #[must_use]
    pub const fn message<'a>(&'a self, id: &'static str, facts: Facts<'a>) -> Message<'a> {
        Message { words: self, id, facts }
    }

    /// A point in time with its zone: a day alone ends at another hour for each reader. N10
    ///
    /// # Errors
    /// The language lacks it.
    pub fn date_and_time(&self, at: Moment) -> Result<String, WordsError> {
        let at = OffsetDateTime::from(at);
        let facts = Facts::default()
            .ours("day", at.day())
            .ours("month", u8::from(at.month()))
            .ours("year", at.year().to_string())
            .ours("time", format!("{:02}:{:02}", at.hour(), at.minute()));
        self.message("shared-date-and-time", facts).value()
    }

    fn write(&self, id: &str, part: Option<&str>, facts: &FluentArgs<'_>) -> Result<String, WordsError> {
        let fault = |what: String| WordsError {
            language: self.language(),
            key: part.map_or_else(|| id.to_owned(), |part| format!("{id}.{part}")),
            what,
        };
        let message = self.bundle.get_message(id);
        let pattern = match part {
            None => message.and_then(|message| message.value()),
            Some(part) => message.and_then(|message| message.get_attribute(part)).map(|part| part.value()),
        };
        let pattern = pattern.ok_or_else(|| fault("there are none".into()))?;
        let mut errors = Vec::new();
        let written = self.bundle.format_pattern(pattern, Some(facts), &mut errors);
        if errors.is_empty() {
            return Ok(written.lines().map(str::trim).collect::<Vec<_>>().join(" "));
        }
        Err(fault(errors.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")))
    }
}

/// What stands in the words of one message, by the names that the words have for it.
#[derive(Default)]
pub struct Facts<'a> {
    /// For subjects, of which no mail client makes links.
    plain: FluentArgs<'a>,
    /// For everything else.
    guarded: FluentArgs<'a>,
}

impl<'a> Facts<'a> {
    /// Adds what Headcount itself says.
    #[must_use]
    pub fn ours(mut self, name: &'static str, value: impl Into<FluentValue<'a>> + Clone) -> Self {
        self.plain.set(name, value.clone());
        self.guarded.set(name, value);
        self
    }

    /// Adds what people typed: in a body it is [`typed`].
    #[must_use]
    pub fn typed(mut self, name: &'static str, text: &'a str) -> Self {
        self.plain.set(name, text);
        self.guarded.set(name, typed(text));
        self
    }

    /// As [`Facts::typed`], where there is something.
    #[must_use]
    pub fn perhaps_typed(self, name: &'static str, text: Option<&'a str>) -> Self {
        match text {
            Some(text) => self.typed(name, text),
            None => self,
        }
    }
}

/// The words of one message.
pub struct Message<'a> {
    words: &'a Words,
    id: &'static str,
    facts: Facts<'a>,
}

impl Message<'_> {
    /// Its value, with what people typed as they typed it: for a subject.
    ///
    /// # Errors
    /// The language lacks it, or asks for a fact that is not there.
    pub fn value(&self) -> Result<String, WordsError> {
        self.words.write(self.id, None, &self.facts.plain)
    }

    /// One of its parts.
    ///
    /// # Errors
    /// As for [`Message::value`].
    pub fn part(&self, name: &str) -> Result<String, WordsError> {
        self.words.write(self.id, Some(name), &self.facts.guarded)
    }
}
