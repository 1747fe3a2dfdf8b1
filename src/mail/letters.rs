//! The letters that Headcount writes: a subject, a plain text and an HTML body each, from the
//! templates beside this file. I5

use askama::Template;

/// A letter, ready to be addressed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    pub subject: String,
    pub text: String,
    pub html: String,
}

/// What the templates can call.
mod filters {
    use std::fmt::Display;

    /// Keeps mail clients from making a link of what a person typed: an invisible joiner behind
    /// each dot, `@` and `:` that a name or address could be found around.
    #[askama::filter_fn]
    pub fn unlink(text: impl Display, _: &dyn askama::Values) -> askama::Result<String> {
        Ok(super::unlink(&text.to_string()))
    }
}

fn unlink(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        out.push(c);
        if matches!(c, '.' | '@' | ':') && chars.peek().is_some_and(|next| !next.is_whitespace()) {
            out.push('\u{200c}');
        }
    }
    out
}

macro_rules! letter {
    ($(#[$doc:meta])* $name:ident($subject:literal, $text:literal, $html:literal) {
        $($field:ident: $type:ty),+ $(,)?
    }) => {
        $(#[$doc])*
        #[derive(Clone, Debug)]
        pub struct $name<'a> { $(pub $field: $type),+ }

        impl $name<'_> {
            /// Writes the letter.
            ///
            /// # Errors
            /// Never in practice: the templates only print.
            pub fn write(self) -> askama::Result<Letter> {
                #[derive(Template)]
                #[template(path = $subject)]
                struct Subject<'a> { $($field: $type,)+ unused: std::marker::PhantomData<&'a ()> }
                #[derive(Template)]
                #[template(path = $text)]
                struct Text<'a> { $($field: $type,)+ unused: std::marker::PhantomData<&'a ()> }
                #[derive(Template)]
                #[template(path = $html)]
                struct Html<'a> { $($field: $type,)+ unused: std::marker::PhantomData<&'a ()> }
                let unused = std::marker::PhantomData;
                let Self { $($field),+ } = self;
                let subject = Subject { $($field,)+ unused };
                let text = Text { $($field,)+ unused };
                let html = Html { $($field,)+ unused };
                // Not every part of a letter says everything; all of them are told all the same.
                $(let _ = (&subject.$field, &text.$field, &html.$field);)+
                Ok(Letter {
                    subject: subject.render()?.split_whitespace().collect::<Vec<_>>().join(" "),
                    text: text.render()?,
                    html: html.render()?,
                })
            }
        }
    };
}

letter! {
    /// The code to sign in or up with. J5
    SignInCode("sign_in_code/subject.txt", "sign_in_code/body.txt", "sign_in_code/body.html") {
        code: &'a str, minutes: u8,
    }
}

letter! {
    /// The answer to a sign-in with an address that nobody has. J5
    NoAccount("no_account/subject.txt", "no_account/body.txt", "no_account/body.html") {
        address: &'a str, link: &'a str,
    }
}

letter! {
    /// The code that proves an address to an open link. L3
    JoinCode("join_code/subject.txt", "join_code/body.txt", "join_code/body.html") {
        code: &'a str, minutes: u8, org: &'a str,
    }
}

letter! {
    /// The personal invite. I5
    Invite("invite/subject.txt", "invite/body.txt", "invite/body.html") {
        org: &'a str, inviter: &'a str, team: Option<&'a str>, note: Option<&'a str>, link: &'a str,
        address: &'a str, expires: &'a str, min_photos: u8, max_photos: u8,
    }
}

letter! {
    /// Headshots are ready, to a member with an account. H4
    Ready("ready/subject.txt", "ready/body.txt", "ready/body.html") {
        name: &'a str, org: &'a str, count: i64, link: &'a str,
    }
}

letter! {
    /// Headshots are ready, to a managed member: with the private link. M3
    ReadyManaged("ready_managed/subject.txt", "ready_managed/body.txt", "ready_managed/body.html") {
        name: &'a str, org: &'a str, lead: &'a str, count: i64, link: &'a str,
    }
}

letter! {
    /// To a lead: somebody could not submit. C4
    OutOfCredits("out_of_credits/subject.txt", "out_of_credits/body.txt", "out_of_credits/body.html") {
        lead: &'a str, org: &'a str, person: &'a str, link: &'a str,
    }
}

letter! {
    /// To a lead: people wait for a place at a full link. L7
    Waiting("waiting/subject.txt", "waiting/body.txt", "waiting/body.html") {
        lead: &'a str, org: &'a str, label: Option<&'a str>, people: &'a [String], link: &'a str,
    }
}

letter! {
    /// A session failed for good. C5
    ShootFailed("shoot_failed/subject.txt", "shoot_failed/body.txt", "shoot_failed/body.html") {
        name: &'a str, org: &'a str, reason: &'a str, link: &'a str,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// I5, QUALITY 10
    #[test]
    fn what_people_typed_is_neither_markup_nor_a_link() {
        let letter = Invite {
            org: "<b>Evil</b> www.evil.example",
            inviter: "Ann",
            team: None,
            note: Some("see http://evil.example/x"),
            link: "https://h.example/i/token",
            address: "a@x.com",
            expires: "6 April 2026",
            min_photos: 8,
            max_photos: 15,
        }
        .write()
        .unwrap();
        assert!(!letter.html.contains("<b>Evil"));
        for body in [&letter.html, &letter.text] {
            assert!(!body.contains("evil.example"), "{body}");
            assert!(body.contains("https://h.example/i/token"));
            assert!(body.contains("6 April 2026"));
        }
        assert!(!letter.subject.contains('\n'));
    }

    #[test]
    fn a_sentence_is_left_as_it_is() {
        assert_eq!(unlink("Hi. See you: soon."), "Hi. See you: soon.");
        assert_eq!(unlink("a.b"), "a.\u{200c}b");
    }
}
