//! In which encoding a file of text is written. I1

/// The encoding's name, as the Encoding Standard has it; `None` for what is no text, such as a picture.
///
/// UTF-16 by its mark or by the zeros between its letters, UTF-8 where it is valid, or else what older
/// Windows programs write. A stray control character makes a line bad, not the file.
#[must_use]
pub fn encoding(bytes: &[u8]) -> Option<&'static str> {
    let zeros = |first: usize| bytes.iter().skip(first).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    match bytes {
        [0xff, 0xfe, ..] => return Some("utf-16le"),
        [0xfe, 0xff, ..] => return Some("utf-16be"),
        _ if odd * 3 > bytes.len() && even * 20 < bytes.len() => return Some("utf-16le"),
        _ if even * 3 > bytes.len() && odd * 20 < bytes.len() => return Some("utf-16be"),
        _ => {}
    }
    let is_odd = |byte: &&u8| **byte < b' ' && !matches!(**byte, b'\t' | b'\n' | b'\r' | 0xb | 0xc);
    if bytes.iter().filter(is_odd).count() * 25 > bytes.len() {
        return None;
    }
    Some(if std::str::from_utf8(bytes).is_ok() { "utf-8" } else { "windows-1252" })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// I1
    #[test]
    fn a_file_of_text_is_told_from_others() {
        let utf16 =
            |text: &str, bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
        let text = "email,name\r\nada@x.com,Zoë";
        for (bytes, name) in [
            (text.as_bytes().to_vec(), Some("utf-8")),
            (include_bytes!("../../tests/pastes/windows.csv").to_vec(), Some("windows-1252")),
            (include_bytes!("../../tests/cases/a14_one_nul_byte.csv").to_vec(), Some("utf-8")),
            (utf16(text, u16::to_le_bytes), Some("utf-16le")),
            (utf16(text, u16::to_be_bytes), Some("utf-16be")),
            ([vec![0xff, 0xfe], utf16("日本", u16::to_le_bytes)].concat(), Some("utf-16le")),
            (include_bytes!("../../public/og.png").to_vec(), None),
            (vec![0; 100], None),
            (vec![], Some("utf-8")),
        ] {
            assert_eq!(encoding(&bytes), name, "{:?}", &bytes[..bytes.len().min(20)]);
        }
    }
}
