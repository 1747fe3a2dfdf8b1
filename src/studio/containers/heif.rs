//! The boxes of a HEIF file (ISO/IEC 14496-12 and 23008-12), as far as they say how large its picture is: what its
//! decoder will take is known before one is started.

use super::be_number;

/// One box: its kind and its content.
type Box<'a> = (&'a [u8], &'a [u8]);

/// The boxes one after the other, up to one that is cut off.
fn boxes(mut rest: &[u8]) -> impl Iterator<Item = Box<'_>> {
    std::iter::from_fn(move || {
        let kind = rest.get(4..8)?;
        let (head, length) = match be_number(rest, 0)? {
            // Up to the end.
            0 => (8, rest.len()),
            // In eight bytes, of which the first four are nothing in a file that fits into memory.
            1 if be_number(rest, 8)? == 0 => (16, be_number(rest, 12)?),
            length => (8, length),
        };
        let content = rest.get(head..length)?;
        rest = &rest[length..];
        Some((kind, content))
    })
}

fn find<'a>(content: &'a [u8], kind: &[u8; 4]) -> Option<&'a [u8]> {
    boxes(content).find(|(found, _)| found == kind).map(|(_, content)| content)
}

/// Width and height in pixels of the file's main picture as it is meant to be seen: cropped and turned as its
/// properties say. `None` where the boxes make no sense.
pub(in crate::studio) fn size(file: &[u8]) -> Option<(u32, u32)> {
    // Before the content of some boxes stand a version and flags, four bytes.
    let meta = find(file, b"meta")?.get(4..)?;
    let primary = primary_item(find(meta, b"pitm")?)?;
    let iprp = find(meta, b"iprp")?;
    let properties: Vec<Box<'_>> = boxes(find(iprp, b"ipco")?).collect();
    let mut size = None;
    let associations = boxes(iprp).filter(|(kind, _)| *kind == b"ipma");
    for property in associations.filter_map(|(_, ipma)| properties_of(primary, ipma)).flatten() {
        let (kind, content) = *properties.get(property.checked_sub(1)?)?;
        size = match (kind, size) {
            (b"ispe", None) => Some((number(content, 4)?, number(content, 8)?)),
            (b"irot", Some((width, height))) if content.first()? & 1 == 1 => Some((height, width)),
            (b"clap", Some((width, height))) => {
                Some((aperture(content, 0)?.min(width), aperture(content, 8)?.min(height)))
            }
            (_, size) => size,
        };
    }
    size
}

/// The item that is shown.
fn primary_item(pitm: &[u8]) -> Option<usize> {
    match pitm.first()? {
        0 => short(pitm, 4),
        _ => be_number(pitm, 4),
    }
}

/// The properties of an item, counted from 1, in the order in which they apply.
fn properties_of(item: usize, ipma: &[u8]) -> Option<Vec<usize>> {
    let wide_items = *ipma.first()? > 0;
    let wide_properties = ipma.get(3)? & 1 == 1;
    let mut at = 8;
    for _ in 0..be_number(ipma, 4)? {
        let found = if wide_items { be_number(ipma, at)? } else { short(ipma, at)? };
        at += if wide_items { 4 } else { 2 };
        let count = usize::from(*ipma.get(at)?);
        at += 1;
        let step = if wide_properties { 2 } else { 1 };
        let listed = ipma.get(at..at + count * step)?;
        at += count * step;
        if found == item {
            // The highest bit says that it is essential.
            let property = |bytes: &[u8]| match bytes {
                [one] => usize::from(one & 0x7f),
                bytes => short(bytes, 0).unwrap_or(0) & 0x7fff,
            };
            return Some(listed.chunks(step).map(property).collect());
        }
    }
    None
}

/// A side of the clean aperture: a fraction, rounded.
fn aperture(clap: &[u8], at: usize) -> Option<u32> {
    let (above, below) = (u64::from(number(clap, at)?), u64::from(number(clap, at + 4)?));
    u32::try_from((2 * above + below).checked_div(2 * below)?).ok()
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    be_number(bytes, at)?.try_into().ok()
}

fn short(bytes: &[u8], at: usize) -> Option<usize> {
    Some(usize::from(u16::from_be_bytes(*bytes.get(at..)?.first_chunk()?)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HELD_SIDEWAYS: &[u8] = include_bytes!("../../../tests/pictures/held-sideways.heic");

    fn boxed(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
        [&(content.len() as u32 + 8).to_be_bytes(), kind.as_slice(), content].concat()
    }

    /// A file of a picture and a thumbnail, with these properties of the picture beside its size.
    fn file(version: u8, more: &[Vec<u8>]) -> Vec<u8> {
        let ispe = |width: u32, height: u32| {
            boxed(b"ispe", &[[0; 4], width.to_be_bytes(), height.to_be_bytes()].concat())
        };
        let ipco = boxed(b"ipco", &[ispe(160, 120), ispe(4032, 3024), more.concat()].concat());
        let count = more.len() as u8 + 1;
        let ipma = if version == 0 {
            let mut ipma = vec![0, 0, 0, 0, 0, 0, 0, 2, 0, 7, 1, 1, 0, 9, count];
            ipma.extend((0..count).map(|n| 0x80 | (n + 2)));
            ipma
        } else {
            let mut ipma = vec![1, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 7, 1, 0, 1, 0, 0, 0, 9, count];
            ipma.extend((0..count).flat_map(|n| [0x80, n + 2]));
            ipma
        };
        let pitm = if version == 0 { vec![0, 0, 0, 0, 0, 9] } else { vec![1, 0, 0, 0, 0, 0, 0, 9] };
        let iprp = boxed(b"iprp", &[ipco, boxed(b"ipma", &ipma)].concat());
        let meta = [vec![0; 4], boxed(b"hdlr", b"pict"), boxed(b"pitm", &pitm), iprp].concat();
        [boxed(b"ftyp", b"heic"), boxed(b"meta", &meta), boxed(b"mdat", &[0; 9])].concat()
    }

    /// H1
    #[test]
    fn the_size_is_that_of_the_picture_as_it_is_seen() {
        assert_eq!(size(HELD_SIDEWAYS), Some((600, 800)));
        let turned = |by: u8| boxed(b"irot", &[by]);
        let fraction = |above: u32, below: u32| [above.to_be_bytes(), below.to_be_bytes()].concat();
        let cropped =
            boxed(b"clap", &[fraction(6001, 2), fraction(2000, 1), fraction(0, 1), fraction(0, 1)].concat());
        for version in [0, 1] {
            for (more, expected) in [
                (vec![], (4032, 3024)),
                (vec![turned(0)], (4032, 3024)),
                (vec![turned(2), boxed(b"imir", &[0])], (4032, 3024)),
                (vec![turned(3)], (3024, 4032)),
                (vec![cropped.clone()], (3001, 2000)),
                (vec![cropped.clone(), turned(1)], (2000, 3001)),
            ] {
                assert_eq!(size(&file(version, &more)), Some(expected));
            }
        }
        assert_eq!(size(&file(0, &[boxed(b"clap", &[0; 32])])), None);
    }

    /// N1, QUALITY 11: whatever the bytes are.
    #[test]
    fn boxes_that_make_no_sense_have_no_size() {
        let whole = file(1, &[]);
        for length in 0..whole.len() - 17 {
            assert_eq!(size(&whole[..length]), None, "{length}");
        }
        assert_eq!(size(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"), None);
    }

    proptest! {
        /// N1, QUALITY 11
        #[test]
        fn damage_ends_nothing(at in 0..1000_usize, byte: u8, length in 0..1000_usize) {
            for mut file in [HELD_SIDEWAYS[..1000].to_vec(), file(0, &[]), file(1, &[])] {
                let at = at % file.len();
                file[at] = byte;
                size(&file[..length.min(file.len())]);
            }
        }
    }
}
