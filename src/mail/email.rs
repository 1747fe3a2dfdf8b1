//! An email, apart from whom it goes to.

/// An email, ready to be addressed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email {
    pub subject: String,
    pub text: String,
    pub html: String,
    /// Where one click stops further mail of this kind. RFC 8058, I10
    pub unsubscribe: Option<String>,
}
