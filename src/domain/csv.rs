//! Tables of text as RFC 4180 has them and as spreadsheets write them: any separator, any line end.
//!
//! What a cell means is not known here.

use std::borrow::Cow;

/// One row; a quoted cell may go over several lines.
#[derive(Debug, PartialEq, Eq)]
pub struct Record<'a> {
    /// The line on which it begins; the first is 1.
    pub line: usize,
    pub cells: Vec<Cow<'a, str>>,
}

/// A quote is opened in this line and not closed as it should be, so that nobody can tell where its
/// cell ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenQuote {
    pub line: usize,
}

/// Reads a table, row by row. Blank lines are none.
pub fn records(text: &str, separator: char) -> Records<'_> {
    Records { text, separator, at: 0, line: 1 }
}

/// See [`records`]. After an error there is nothing more.
pub struct Records<'a> {
    text: &'a str,
    separator: char,
    at: usize,
    line: usize,
}

impl<'a> Iterator for Records<'a> {
    type Item = Result<Record<'a>, OpenQuote>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.at < self.text.len() && self.take_line_end() {}
        if self.at == self.text.len() {
            return None;
        }
        let mut record = Record { line: self.line, cells: Vec::new() };
        loop {
            match self.cell() {
                Ok(cell) => record.cells.push(cell),
                Err(error) => {
                    self.at = self.text.len();
                    return Some(Err(error));
                }
            }
            if self.rest().starts_with(self.separator) {
                self.at += self.separator.len_utf8();
            } else {
                self.take_line_end();
                return Some(Ok(record));
            }
        }
    }
}

impl<'a> Records<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    /// Goes over one line end, if one is here.
    fn take_line_end(&mut self) -> bool {
        let rest = self.rest();
        let length = if rest.starts_with("\r\n") { 2 } else { usize::from(rest.starts_with(['\r', '\n'])) };
        self.at += length;
        self.line += usize::from(length > 0);
        length > 0
    }

    fn cell(&mut self) -> Result<Cow<'a, str>, OpenQuote> {
        if let Some(inner) = self.rest().trim_start_matches(' ').strip_prefix('"') {
            self.at = self.text.len() - inner.len();
            return self.quoted();
        }
        let rest = self.rest();
        let end = rest.find([self.separator, '\r', '\n']).unwrap_or(rest.len());
        self.at += end;
        Ok(Cow::Borrowed(&rest[..end]))
    }

    /// The cell whose quote is opened just before. A quote that is neither doubled nor at the end of
    /// its cell is a letter, as many programs write it; but not in a cell of several lines: there it
    /// is the sign that an earlier one was left open.
    fn quoted(&mut self) -> Result<Cow<'a, str>, OpenQuote> {
        let opened = OpenQuote { line: self.line };
        let mut cell = String::new();
        let (mut several_lines, mut letters) = (false, false);
        loop {
            let rest = self.rest();
            let Some(end) = rest.find(['"', '\r', '\n']) else { return Err(opened) };
            cell.push_str(&rest[..end]);
            self.at += end;
            if self.take_line_end() {
                cell.push('\n');
                several_lines = true;
            } else {
                self.at += 1;
                let after = self.rest();
                if after.starts_with('"') {
                    cell.push('"');
                    self.at += 1;
                } else if let Some(end) = self.end_of_cell(after) {
                    self.at += end;
                    return if several_lines && letters { Err(opened) } else { Ok(Cow::Owned(cell)) };
                } else {
                    cell.push('"');
                    letters = true;
                }
            }
        }
    }

    /// Where the cell ends, if nothing but spaces comes before that.
    fn end_of_cell(&self, after: &str) -> Option<usize> {
        let spaces = after.len() - after.trim_start_matches(' ').len();
        let rest = &after[spaces..];
        (rest.is_empty() || rest.starts_with([self.separator, '\r', '\n'])).then_some(spaces)
    }
}

/// What a file that spreadsheets open begins with, so that they read it as UTF-8.
pub const MARK: &str = "\u{feff}";

/// A row as RFC 4180 has it, every cell quoted. A cell that a spreadsheet would take for a formula begins
/// with an apostrophe instead (OWASP, CSV injection). P6
#[must_use]
pub fn line<S: AsRef<str>>(cells: impl IntoIterator<Item = S>) -> String {
    let cells = cells.into_iter().map(|cell| {
        let cell = cell.as_ref();
        let formula = cell.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
            || cell.starts_with(['\t', '\r', '\n']);
        let number = !cell.starts_with('+') && cell.parse::<i64>().is_ok();
        let mark = if formula && !number { "'" } else { "" };
        format!("\"{mark}{}\"", cell.replace('"', "\"\""))
    });
    cells.collect::<Vec<_>>().join(",") + "\r\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<(usize, Vec<String>)>, usize> {
        records(text, ',')
            .map(|record| {
                record
                    .map(|record| (record.line, record.cells.into_iter().map(Cow::into_owned).collect()))
                    .map_err(|open| open.line)
            })
            .collect()
    }

    fn row(line: usize, cells: &[&str]) -> (usize, Vec<String>) {
        (line, cells.iter().map(ToString::to_string).collect())
    }

    /// I1
    #[test]
    fn tables_are_read_as_programs_write_them() {
        for (text, rows) in [
            ("a,b\nc,d", vec![row(1, &["a", "b"]), row(2, &["c", "d"])]),
            ("a,b\r\n\r\nc\r\n", vec![row(1, &["a", "b"]), row(3, &["c"])]),
            ("a\rb", vec![row(1, &["a"]), row(2, &["b"])]),
            ("\"a,\"\"b\"\"\",c", vec![row(1, &["a,\"b\"", "c"])]),
            ("\"a\r\nb\",c\nd", vec![row(1, &["a\nb", "c"]), row(3, &["d"])]),
            ("\"\",\"a\" ,b\"c", vec![row(1, &["", "a", "b\"c"])]),
            ("a, \"b,c\"", vec![row(1, &["a", "b,c"])]),
            ("\"Grace \"Amazing\" Hopper\",x", vec![row(1, &["Grace \"Amazing\" Hopper", "x"])]),
            (",,\n", vec![row(1, &["", "", ""])]),
            ("", vec![]),
            ("\n\r\n", vec![]),
        ] {
            assert_eq!(read(text), Ok(rows), "{text:?}");
        }
    }

    /// I1: nobody is swallowed by a cell that does not end.
    #[test]
    fn a_quote_that_is_left_open_is_named_by_its_line() {
        assert_eq!(read("a\nb,\"Ada\nc,Bob\n"), Err(2));
        assert_eq!(read("a\nb,\"Ada\nc,\"Bob\"\nd,Dan\n"), Err(2), "closed by the quote that opens the next");
        assert_eq!(read("\"\"\""), Err(1));
        assert_eq!(read("\""), Err(1));
    }

    /// P6
    #[test]
    fn no_cell_is_a_formula() {
        for (cell, written) in [
            ("Ada", "\"Ada\"\r\n"),
            ("", "\"\"\r\n"),
            ("a,\"b\";c", "\"a,\"\"b\"\";c\"\r\n"),
            ("=1+1", "\"'=1+1\"\r\n"),
            (" =1+1", "\"' =1+1\"\r\n"),
            ("+49 30", "\"'+49 30\"\r\n"),
            ("-2", "\"-2\"\r\n"),
            ("-2+3", "\"'-2+3\"\r\n"),
            ("@SUM(A1)", "\"'@SUM(A1)\"\r\n"),
            ("\t=1", "\"'\t=1\"\r\n"),
            ("＝1", "\"'＝1\"\r\n"),
        ] {
            assert_eq!(line([cell]), written);
        }
        assert_eq!(line(["a", "b"]), "\"a\",\"b\"\r\n");
    }

    proptest::proptest! {
        /// P6: what is written is read as it was, but for the apostrophe.
        #[test]
        fn a_written_row_is_read_as_it_was(cells in proptest::collection::vec("[a-z=+@,;\" \u{e9}-]{0,6}", 1..5)) {
            let written = line(&cells);
            let read = read(&written).expect("by the rules").remove(0).1;
            for (cell, read) in cells.iter().zip(read) {
                let marked = format!("'{cell}");
                proptest::prop_assert!(read == *cell || read == marked);
                proptest::prop_assert!(!read.trim_start().starts_with(['=', '+', '-', '@']));
            }
        }

        /// I1: a table that was written by the rules is read as it was.
        #[test]
        fn a_table_by_the_rules_is_read_as_it_was(
            rows in proptest::collection::vec(proptest::collection::vec("[a-z,;\"\r\n \u{e9}]{0,6}", 1..5), 0..5),
            end in proptest::sample::select(vec!["\n", "\r\n", "\r"]),
        ) {
            let quoted = |cell: &String| format!("\"{}\"", cell.replace('"', "\"\""));
            let text: String =
                rows.iter().map(|row| row.iter().map(quoted).collect::<Vec<_>>().join(",") + end).collect();
            let breaks = |cell: &String| cell.replace("\r\n", "\n").replace('\r', "\n");
            let expected: Vec<Vec<String>> = rows.iter().map(|row| row.iter().map(breaks).collect()).collect();
            let read: Vec<Vec<String>> = read(&text).expect("by the rules").into_iter().map(|(_, cells)| cells).collect();
            proptest::prop_assert_eq!(read, expected);
        }

        /// I1: whatever it is, each line is read once, and what is read was there.
        #[test]
        fn any_text_is_read_or_its_line_named(text in "[a-z,\" \r\n]{0,40}") {
            let lines = text.split('\n').count() + text.matches('\r').count();
            match read(&text) {
                Err(line) => proptest::prop_assert!((1..=lines).contains(&line)),
                Ok(rows) => {
                    proptest::prop_assert!(rows.is_sorted_by(|one, next| one.0 < next.0));
                    let letters = |text: &str| text.chars().filter(char::is_ascii_lowercase).collect::<String>();
                    let kept: String = rows.iter().flat_map(|row| &row.1).map(|cell| letters(cell)).collect();
                    proptest::prop_assert_eq!(kept, letters(&text));
                }
            }
        }
    }
}
