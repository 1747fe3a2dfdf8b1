//! How a photo comes in part by part, so that one that broke off goes on where it ended: what browser and server
//! agree on. It is the protocol tus 1.0.0, <https://tus.io/protocols/resumable-upload>. H1

/// The version of the protocol.
pub const TUS: &str = "1.0.0";

/// Bytes that one part has at most. A file that has no more comes in one piece, with the form.
pub const PART: u32 = 1024 * 1024;

/// What the body of a part is called.
pub const PART_TYPE: &str = "application/offset+octet-stream";

/// The headers of the protocol.
pub mod header {
    pub const VERSION: &str = "tus-resumable";
    pub const LENGTH: &str = "upload-length";
    pub const OFFSET: &str = "upload-offset";
    pub const METADATA: &str = "upload-metadata";
    pub const TYPE: &str = "content-type";
}

/// The header that each request of the protocol has.
pub const SPOKEN: (&str, &str) = (header::VERSION, TUS);

/// What is told of a file before it comes, as the keys of its metadata.
pub mod metadata {
    pub const FILE_NAME: &str = "filename";
    /// Of the whole file, in SHA-256.
    pub const DIGEST: &str = "digest";
    /// The number of the draft that it is for.
    pub const DRAFT: &str = "draft";
}

/// Percent of a file that is there; a hundred only when all of it is.
#[must_use]
pub fn percent(there: u32, size: u32) -> u8 {
    u8::try_from(u64::from(there) * 100 / u64::from(size.max(1))).unwrap_or(100).min(100)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// H8
    #[test]
    fn a_hundred_percent_are_all_of_it() {
        let cases =
            [(0, 10, 0), (1, 3, 33), (4_294_967_294, u32::MAX, 99), (7, 7, 100), (0, 0, 0), (9, 7, 100)];
        for (there, size, expected) in cases {
            assert_eq!(percent(there, size), expected);
        }
    }
}
