//! What is said of files on their way in: to the page, by the server, and to it.

use serde::{Deserialize, Serialize};

use crate::domain::{
    ids::{MemberId, PhotoId, UploadId},
    photo::{DraftNumber, PhotoFault, PhotoLimits, PhotoRefusal},
    photo_advice::PhotoAdvice,
};

/// A photo that is in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhotoView {
    pub id: PhotoId,
    pub file_name: String,
    /// Why the last shoot with it failed, where it was to blame. C5
    pub fault: Option<PhotoFault>,
    /// The digest of its file, where it is known.
    pub digest: Option<String>,
    /// What would make another one better. H8
    pub advice: Vec<PhotoAdvice>,
}

/// A file that broke off on its way in. H1
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unfinished {
    pub id: UploadId,
    pub file_name: String,
    /// How much of it is with the server.
    pub percent: u8,
    /// The digest of the whole file, where it is known.
    pub digest: Option<String>,
}

/// For what files are sent.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Target {
    /// Under which path everything of the member is whose draft it is.
    pub base: String,
    /// Who sends them.
    pub viewer: MemberId,
    pub draft: DraftNumber,
    pub limits: PhotoLimits,
}

/// A photo that was refused, and why. H1
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedPhoto {
    pub file_name: String,
    pub reason: String,
}

/// What the server says to files that were sent.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct UploadAnswer {
    pub taken: Vec<PhotoView>,
    pub refused: Vec<RefusedPhoto>,
    /// Some came after their draft was submitted.
    #[serde(default)]
    pub submitted: bool,
    /// For some there was no room at the moment: they are worth sending again.
    #[serde(default)]
    pub busy: bool,
}

/// What happens to a file on its way.
#[derive(Clone, Debug)]
pub enum Event {
    Begun {
        file_name: String,
    },
    /// Percent that is with the server.
    Progress(u8),
    Answer(UploadAnswer),
    /// It is not sent, for what it is.
    Refused(PhotoRefusal),
    /// It did not get through, in words for the person.
    Broken(String),
    /// It did not get through; it is sent again by itself.
    Waits,
    /// So many percent are with the server, and the rest is on this device only if the person has it.
    Unfinished(u8),
    /// Another one that was chosen goes on with it.
    Continued,
}
