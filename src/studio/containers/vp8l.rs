//! What a losslessly coded picture of a WebP file needs for its code tables (RFC 9649, 3).
//!
//! A few bytes describe a table of many kilobytes, and there may be 65,536 × 5 of them. So
//! the description is read here, without making a table of it, up to where the pixels begin.

/// Symbols that an alphabet has at most: literals, lengths and the largest color cache.
const MOST_SYMBOLS: usize = 256 + 24 + (1 << 11);

/// No need to count further: no picture is given so much.
const ENOUGH: u64 = 1 << 29;

/// Bytes that the decoder takes for the code tables of a picture. `implicit` is its size
/// where the data does not begin with it. `None` where the data makes no sense.
pub(super) fn tables(content: &[u8], implicit: Option<(u32, u32)>) -> Option<u64> {
    let mut bits = Bits { rest: content, held: 0, count: 0 };
    let (width, height) = match implicit {
        Some(size) => size,
        None => {
            bits.take(8)?;
            let size = (bits.take(14)? + 1, bits.take(14)? + 1);
            bits.take(4)?;
            size
        }
    };
    let width = skip_transforms(&mut bits, width, height)?;
    let cache = cache_symbols(&mut bits)?;
    let mut groups = 1;
    if bits.take(1)? == 1 {
        let block = bits.take(3)? + 2;
        groups += skip_picture(&mut bits, blocks(width, block), blocks(height, block))?;
    }
    let mut memory = 0;
    for _ in 0..groups {
        memory += 400;
        for symbols in alphabets(cache) {
            memory += Code::read(&mut bits, symbols)?.table_memory();
        }
        if memory > ENOUGH {
            break;
        }
    }
    Some(memory)
}

/// Skips the transforms; gives the width of the picture that is coded.
fn skip_transforms(bits: &mut Bits<'_>, mut width: u32, height: u32) -> Option<u32> {
    const PALETTE: usize = 3;
    const SUBTRACT_GREEN: usize = 2;
    let mut seen = [false; 4];
    while bits.take(1)? == 1 {
        let kind = bits.take(2)? as usize;
        if std::mem::replace(&mut seen[kind], true) {
            return None;
        }
        match kind {
            SUBTRACT_GREEN => {}
            PALETTE => {
                let colors = bits.take(8)? + 1;
                skip_picture(bits, colors, 1)?;
                let packed = match colors {
                    0..=2 => 3,
                    3..=4 => 2,
                    5..=16 => 1,
                    _ => 0,
                };
                width = blocks(width, packed);
            }
            _ => {
                let block = bits.take(3)? + 2;
                skip_picture(bits, blocks(width, block), blocks(height, block))?;
            }
        }
    }
    Some(width)
}

const fn blocks(side: u32, bits: u32) -> u32 {
    (side + (1 << bits) - 1) >> bits
}

/// Symbols that a color cache adds to the first alphabet.
fn cache_symbols(bits: &mut Bits<'_>) -> Option<usize> {
    if bits.take(1)? == 0 {
        return Some(0);
    }
    let size = bits.take(4)?;
    (1..=11).contains(&size).then(|| 1 << size)
}

/// Symbols of the five codes: green with lengths and cache, red, blue, alpha, distance.
const fn alphabets(cache: usize) -> [usize; 5] {
    [256 + 24 + cache, 256, 256, 256, 40]
}

/// Skips a picture that has one group of codes; gives the largest number that red and green
/// make together in any of its pixels. A pixel that repeats another makes no larger one.
fn skip_picture(bits: &mut Bits<'_>, width: u32, height: u32) -> Option<u32> {
    let cache = cache_symbols(bits)?;
    let mut codes = Vec::with_capacity(5);
    for symbols in alphabets(cache) {
        codes.push(Code::read(bits, symbols)?);
    }
    let (mut to_go, mut largest) = (width.checked_mul(height)?, 0);
    while to_go > 0 {
        let symbol = codes[0].symbol(bits)?;
        let covered = match symbol {
            0..256 => {
                let red = codes[1].symbol(bits)?;
                codes[2].symbol(bits)?;
                codes[3].symbol(bits)?;
                largest = largest.max(red << 8 | symbol);
                1
            }
            256..280 => {
                let length = prefixed(bits, symbol - 256)?;
                let distance = codes[4].symbol(bits)?;
                prefixed(bits, distance)?;
                length
            }
            _ => 1,
        };
        to_go = to_go.checked_sub(covered)?;
    }
    Some(largest)
}

/// A length or distance that begins with this symbol.
fn prefixed(bits: &mut Bits<'_>, symbol: u32) -> Option<u32> {
    if symbol < 4 {
        return Some(symbol + 1);
    }
    let extra = (symbol - 2) >> 1;
    Some(((2 + (symbol & 1)) << extra) + bits.take(extra)? + 1)
}

/// A canonical prefix code.
struct Code {
    /// How many symbols have a code of so many bits.
    counts: [u16; 16],
    /// The symbols, those of the shortest codes first.
    symbols: [u16; MOST_SYMBOLS],
}

impl Code {
    /// Reads the description of a code.
    fn read(bits: &mut Bits<'_>, alphabet: usize) -> Option<Self> {
        if bits.take(1)? == 1 {
            return Self::read_simple(bits);
        }
        const ORDER: [usize; 19] = [17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];
        let mut lengths = [0; MOST_SYMBOLS];
        let count = 4 + bits.take(4)? as usize;
        for at in &ORDER[..count.min(ORDER.len())] {
            lengths[*at] = bits.take(3)?;
        }
        let meta = Self::of(&lengths[..ORDER.len()])?;
        let mut codes_to_go = alphabet;
        if bits.take(1)? == 1 {
            let size = 2 + 2 * bits.take(3)?;
            codes_to_go = 2 + bits.take(size)? as usize;
        }
        lengths.fill(0);
        let (mut at, mut last) = (0, 8);
        while at < alphabet && codes_to_go > 0 {
            codes_to_go -= 1;
            let (length, times) = match meta.symbol(bits)? {
                16 => (last, 3 + bits.take(2)?),
                17 => (0, 3 + bits.take(3)?),
                18 => (0, 11 + bits.take(7)?),
                length => (length, 1),
            };
            if length != 0 {
                last = length;
            }
            let end = at + times as usize;
            lengths[..alphabet].get_mut(at..end)?.fill(length);
            at = end;
        }
        Self::of(&lengths[..alphabet])
    }

    /// One symbol that takes no bits, or two that take one each.
    fn read_simple(bits: &mut Bits<'_>) -> Option<Self> {
        let mut code = Self { counts: [0; 16], symbols: [0; MOST_SYMBOLS] };
        let two = bits.take(1)? == 1;
        let size = if bits.take(1)? == 1 { 8 } else { 1 };
        code.symbols[0] = u16::try_from(bits.take(size)?).ok()?;
        if two {
            code.symbols[1] = u16::try_from(bits.take(8)?).ok()?;
            code.counts[1] = 2;
        }
        Some(code)
    }

    fn of(lengths: &[u32]) -> Option<Self> {
        let mut code = Self { counts: [0; 16], symbols: [0; MOST_SYMBOLS] };
        for length in lengths {
            code.counts[*length as usize] += 1;
        }
        code.counts[0] = 0;
        let mut places = [0; 16];
        for length in 1..15 {
            places[length + 1] = places[length] + usize::from(code.counts[length]);
        }
        for (symbol, length) in (0..).zip(lengths).filter(|(_, length)| **length > 0) {
            code.symbols[places[*length as usize]] = symbol;
            places[*length as usize] += 1;
        }
        match code.counts.iter().sum::<u16>() {
            0 => return None,
            1 => code.counts = [0; 16],
            _ => {}
        }
        Some(code)
    }

    /// The next symbol.
    fn symbol(&self, bits: &mut Bits<'_>) -> Option<u32> {
        if self.counts == [0; 16] {
            return Some(self.symbols[0].into());
        }
        let (mut code, mut first, mut index) = (0, 0, 0);
        for count in self.counts[1..].iter().map(|count| u32::from(*count)) {
            code |= bits.take(1)?;
            if code < first + count {
                return self.symbols.get((index + code - first) as usize).map(|symbol| u32::from(*symbol));
            }
            index += count;
            first = (first + count) << 1;
            code <<= 1;
        }
        None
    }

    /// Bytes that the decoder takes for the table of this code: four for each number of up
    /// to ten bits, and a tree for longer codes.
    fn table_memory(&self) -> u64 {
        let longest = (1..16).rev().find(|length| self.counts[*length] > 0).unwrap_or(0);
        let in_tree: u64 = self.counts[11..].iter().map(|count| u64::from(*count)).sum();
        (4 << longest.min(10)) + 32 * in_tree + 64
    }
}

/// Reads bits, the lowest of a byte first.
struct Bits<'a> {
    rest: &'a [u8],
    held: u64,
    count: u32,
}

impl Bits<'_> {
    /// The next `n` bits, at most 24.
    fn take(&mut self, n: u32) -> Option<u32> {
        while self.count < n {
            let (byte, rest) = self.rest.split_first()?;
            self.held |= u64::from(*byte) << self.count;
            self.count += 8;
            self.rest = rest;
        }
        let taken = self.held & ((1 << n) - 1);
        self.held >>= n;
        self.count -= n;
        u32::try_from(taken).ok()
    }
}
