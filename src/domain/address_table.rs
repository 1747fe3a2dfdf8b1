//! Tables of people: a CSV file, or cells copied from a spreadsheet, whose first row names an email
//! column. I1
//!
//! Lists of addresses without such a row are read in `address_list`, which also writes tables.

use super::{
    csv::{OpenQuote, Record, records},
    email::AddressProblem,
    list_problem::{ENTRIES_MAX, ListProblem},
    member::{ORG_NAME_MAX, TITLE_MAX},
    text::{shown, squeeze},
};

/// A column that means something to an invite.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    Email,
    Name,
    FirstName,
    LastName,
    Team,
    Title,
}

impl Column {
    /// What people and programs call it: Outlook, Google Contacts, HR systems. Case, spaces and
    /// punctuation do not matter.
    fn named(header: &str) -> Option<Self> {
        let word: String =
            header.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
        Some(match word.as_str() {
            "email" | "emails" | "mail" | "emailaddress" | "emailaddresses" | "mailaddress" | "workemail"
            | "businessemail" | "companyemail" | "email1value" | "email1" | "primaryemail" => Self::Email,
            "name" | "fullname" | "displayname" | "employee" | "employeename" | "member" => Self::Name,
            "firstname" | "givenname" | "forename" | "vorname" => Self::FirstName,
            "lastname" | "familyname" | "surname" | "nachname" => Self::LastName,
            "team" | "subteam" | "department" | "group" | "abteilung" => Self::Team,
            "jobtitle" | "title" | "role" | "position" | "job" => Self::Title,
            _ => return None,
        })
    }
}

/// The people of a table, a row each, and the columns that mean nothing here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AddressTable {
    pub rows: Vec<Row>,
    /// Headers of the columns that were not read, as written.
    pub ignored: Vec<String>,
}

/// One row; empty cells are `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// All cells of it, for showing.
    pub raw: String,
    pub email: String,
    pub name: Option<String>,
    pub team: Option<String>,
    pub title: Option<String>,
    /// Why nobody is invited by it, whatever its email cell says.
    pub problem: Option<AddressProblem>,
}

impl AddressTable {
    /// Reads a table with commas, semicolons, tabs or what a first line such as `sep=;` names; `None`
    /// when the first row names no email column or stands alone as a single word. Quoted cells as in
    /// RFC 4180. Order and number of columns are free.
    #[must_use]
    pub fn parse(text: &str) -> Option<Result<Self, ListProblem>> {
        let (named, text) = separator_line(text);
        let start = text.len() - text.trim_start_matches(['\u{feff}', '\r', '\n', ' ']).len();
        let (blank, text) = text.split_at(start);
        let line = lines_in(blank) + usize::from(named.is_some());
        let (head, below) = text.split_at(text.find(['\r', '\n']).unwrap_or(text.len()));
        named.map_or_else(|| vec!['\t', ';', ','], |named| vec![named]).into_iter().find_map(|separator| {
            let columns = columns(head, separator)?;
            let is_alone = columns.len() == 1 && below.is_empty();
            (!is_alone).then(|| Self::read(text, separator, &columns, line))
        })
    }

    fn read(text: &str, separator: char, columns: &Columns, line: usize) -> Result<Self, ListProblem> {
        let mut table = Self { rows: Vec::new(), ignored: Vec::new() };
        let mut cells = 0;
        for record in records(text, separator).skip(1) {
            let record = record.map_err(|open| OpenQuote { line: open.line + line })?;
            cells += record.cells.len();
            // A table of so many cells is no list of so few people.
            if table.rows.len() == ENTRIES_MAX || cells > 20 * ENTRIES_MAX {
                return Err(ListProblem::TooMany);
            }
            table.rows.extend(row(&record, columns, line)?);
        }
        if table.rows.is_empty() {
            return Err(ListProblem::NoAddresses);
        }
        let ignored = columns.iter().filter(|(header, column)| column.is_none() && !header.is_empty());
        table.ignored = ignored.map(|(header, _)| header.clone()).collect();
        Ok(table)
    }
}

/// Spreadsheets write `sep=;` before a table, so that another spreadsheet knows.
fn separator_line(text: &str) -> (Option<char>, &str) {
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    let line = first.trim_start_matches('\u{feff}').trim_end_matches('\r').trim_matches('"');
    let separator = match line.get(..4).filter(|name| name.eq_ignore_ascii_case("sep=")) {
        Some(_) if &line[4..] == "\\t" => Some('\t'),
        Some(_) => {
            let mut rest = line[4..].chars();
            rest.next().filter(|c| rest.next().is_none() && !c.is_alphanumeric() && *c != '"')
        }
        None => None,
    };
    (separator, if separator.is_some() { rest } else { text })
}

/// The text behind a line such as `sep=;`, which is nobody's name.
#[must_use]
pub fn without_separator_line(text: &str) -> &str {
    separator_line(text).1
}

fn lines_in(text: &str) -> usize {
    text.matches('\n').count() + text.matches('\r').count() - text.matches("\r\n").count()
}

/// The headers with what they mean.
type Columns = Vec<(String, Option<Column>)>;

/// The columns that a header names, if an email column is among them; of two the first counts.
fn columns(head: &str, separator: char) -> Option<Columns> {
    let mut seen = Vec::new();
    let columns: Columns = records(head, separator)
        .next()?
        .ok()?
        .cells
        .iter()
        .map(|header| {
            let header = cell_text(header);
            let column = Column::named(&header).filter(|column| !seen.contains(column));
            seen.extend(column);
            (header, column)
        })
        .collect();
    seen.contains(&Column::Email).then_some(columns)
}

/// A row with something in it. `above` lines stand above the table.
fn row(record: &Record<'_>, columns: &Columns, above: usize) -> Result<Option<Row>, OpenQuote> {
    let line = record.line + above;
    let cell = |which: Column| {
        let at = columns.iter().position(|(_, column)| *column == Some(which))?;
        record.cells.get(at).map(|cell| cell_text(cell)).filter(|cell| !cell.is_empty())
    };
    let full: Vec<String> =
        record.cells.iter().map(|cell| cell_text(cell)).filter(|cell| !cell.is_empty()).collect();
    if full.is_empty() {
        return Ok(None);
    }
    let email = columns.iter().position(|(_, column)| *column == Some(Column::Email));
    let email = email.and_then(|at| record.cells.get(at)).map_or("", |cell| cell);
    // Somebody else's row within a cell: a quote was left open above, and closed by another.
    let swallows =
        |cell: &str| cell.split_once('\n').is_some_and(|(_, below)| below.split(' ').any(is_address_like));
    if record.cells.iter().any(|cell| cell.as_ref() != email && swallows(cell)) {
        return Err(OpenQuote { line });
    }
    let parts: Vec<String> = [Column::FirstName, Column::LastName].into_iter().filter_map(cell).collect();
    let name = cell(Column::Name).or_else(|| Some(parts.join(" ")).filter(|name| !name.is_empty()));
    let is_control = |c: char| c.is_control() && !c.is_whitespace();
    // Cells behind the last column that has a header are nobody's.
    let unnamed = record.cells.iter().skip(columns.len()).map(|cell| cell_text(cell));
    let others = [name.clone(), cell(Column::Team), cell(Column::Title)];
    let says_another = |text: String| {
        !text.eq_ignore_ascii_case(email.trim()) && text.split([' ', ',', ';']).any(is_address_like)
    };
    let problem = if record.cells.iter().any(|cell| cell.contains(is_control)) {
        Some(AddressProblem::BadLine(line))
    } else if others.into_iter().flatten().chain(unnamed).any(says_another) {
        Some(AddressProblem::Unclear)
    } else {
        None
    };
    let clean = |text: String| text.replace(is_control, "");
    Ok(Some(Row {
        raw: full.join(" "),
        email: email.trim().to_owned(),
        name: name.map(clean),
        team: cell(Column::Team).map(clean).map(|team| team.chars().take(ORG_NAME_MAX).collect()),
        title: cell(Column::Title).map(clean).map(|title| title.chars().take(TITLE_MAX).collect()),
        problem,
    }))
}

/// What stands in a cell, on one line, without what nobody sees.
fn cell_text(cell: &str) -> String {
    squeeze(&shown(cell).collect::<String>())
}

fn is_address_like(word: &str) -> bool {
    word.split_once('@').is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(email: &str, name: &str, team: &str, title: &str) -> (String, [Option<String>; 3]) {
        let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        (email.into(), [some(name), some(team), some(title)])
    }

    fn read(text: &str) -> Option<Vec<(String, [Option<String>; 3])>> {
        let table = AddressTable::parse(text)?.expect("a good table");
        Some(table.rows.into_iter().map(|row| (row.email, [row.name, row.team, row.title])).collect())
    }

    /// I1
    #[test]
    fn a_table_is_read_whatever_its_order_and_separator() {
        let ada = row("ada@x.com", "Ada Lovelace", "Sales", "Pilot");
        for text in [
            "email,name,team,job title\nada@x.com,Ada Lovelace,Sales,Pilot\n",
            "\u{feff}Job Title;Team;Name;E-mail\r\nPilot;Sales;Ada Lovelace;ada@x.com\r\n",
            "First name\tLast name\tE-Mail Address\tDepartment\tPosition\nAda\tLovelace\tada@x.com\tSales\tPilot",
            "\"Email\",\"Full Name\",\"Team\",\"Title\"\n\"ada@x.com\",\"Ada\nLovelace\",\"Sales\",\"Pilot\"",
        ] {
            assert_eq!(read(text), Some(vec![ada.clone()]), "{text}");
        }
    }

    /// I1: nothing is dropped silently.
    #[test]
    fn extra_columns_are_named_and_rows_without_an_address_are_kept() {
        let text = "Email,Phone,Name,Start\nada@x.com,1,Ada,2020\n,2,Bob,\n,,,\n,,\"Lovelace, Eve\"\n";
        let table = AddressTable::parse(text).expect("a table").expect("a good one");
        assert_eq!(table.ignored, ["Phone", "Start"]);
        let rows: Vec<_> = table.rows.iter().map(|row| (row.email.as_str(), row.raw.as_str())).collect();
        assert_eq!(rows, [("ada@x.com", "ada@x.com 1 Ada 2020"), ("", "2 Bob"), ("", "Lovelace, Eve")]);
    }

    #[test]
    fn what_names_no_email_column_is_no_table() {
        for text in [
            "",
            "\n",
            "Email",
            "ada@x.com,Ada\nbob@x.com,Bob",
            "Name,Phone\nAda,1",
            "Ada Lovelace <ada@x.com>",
        ] {
            assert_eq!(AddressTable::parse(text), None, "{text}");
        }
    }

    #[test]
    fn of_two_email_columns_the_first_counts() {
        let table =
            AddressTable::parse("Email,E-mail\na@x.com,b@x.com").expect("a table").expect("a good one");
        assert_eq!(
            (table.rows[0].email.as_str(), table.ignored.as_slice()),
            ("a@x.com", &["E-mail".to_owned()][..])
        );
    }

    /// I1: a quote that is left open swallows nobody.
    #[test]
    fn a_row_within_a_cell_is_named_by_its_line() {
        for (text, line) in [
            ("email,name\nada@x.com,\"Ada\nbob@x.com,Bob\n", 2),
            ("\n\nemail,name\nada@x.com,\"Ada\nbob@x.com,Bob\n", 4),
            ("sep=,\nemail,name\nada@x.com,\"Ada\nbob@x.com,Bob\n", 3),
            ("email,name\nada@x.com,\"Ada\nbob@x.com,\"Bob\"\ncy@x.com,Cy\n", 2),
            ("email,name,x\neve@x.com,Eve,\nada@x.com,\"Ada\nbob@x.com\",Bob\n", 3),
            ("email,note\nada@x.com,\"met\nbob@x.com there\"\n", 2),
        ] {
            assert_eq!(AddressTable::parse(text), Some(Err(ListProblem::OpenQuote { line })), "{text:?}");
        }
        let several = "email,name\n\"ada@x.com\nbob@x.com\",\"Rear\nadmiral\"";
        assert!(
            AddressTable::parse(several).is_some_and(|table| table.is_ok()),
            "two in one email cell are two people"
        );
    }

    /// I1
    #[test]
    fn a_row_that_says_two_things_or_holds_a_control_is_bad_and_the_others_good() {
        let text =
            "email,name,team\nada@x.com,eve@x.com,\nbob@x.com,Bo\u{0}b,\ncy@x.com,CY@x.com,CTO @ Acme\n";
        let table = AddressTable::parse(text).expect("a table").expect("a good one");
        let read: Vec<_> =
            table.rows.into_iter().map(|row| (row.name.unwrap_or_default(), row.problem)).collect();
        assert_eq!(
            read,
            [
                ("eve@x.com".into(), Some(AddressProblem::Unclear)),
                ("Bob".into(), Some(AddressProblem::BadLine(3))),
                ("CY@x.com".into(), None)
            ]
        );
    }

    /// I1
    #[test]
    fn a_header_alone_has_no_addresses() {
        for text in ["email,name,team,job title\r\n", "email,name", "Email\n", "sep=;\nemail;name\n;\n"] {
            assert_eq!(AddressTable::parse(text), Some(Err(ListProblem::NoAddresses)), "{text:?}");
        }
    }
}
