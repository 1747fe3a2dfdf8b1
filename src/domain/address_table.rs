//! Tables of people: a CSV file, or cells copied from a spreadsheet, whose first row names an email
//! column. I1
//!
//! Lists of addresses without such a row are read in `address_list`, which also writes tables.

use super::member::ORG_NAME_MAX;

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
}

impl AddressTable {
    /// Reads a table with commas, semicolons or tabs; `None` when the first row names no email
    /// column or stands alone. Quoted cells as in RFC 4180. Order and number of columns are free.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim_start_matches('\u{feff}').trim_start_matches(['\r', '\n', ' ']);
        let head = text.lines().next()?;
        [b'\t', b';', b','].into_iter().find_map(|delimiter| {
            let columns = columns(head, delimiter);
            let email = columns.iter().any(|(_, column)| *column == Some(Column::Email));
            let table = email.then(|| Self::read(text, delimiter, &columns))?;
            (!table.rows.is_empty()).then_some(table)
        })
    }

    fn read(text: &str, delimiter: u8, columns: &[(String, Option<Column>)]) -> Self {
        let ignored = columns
            .iter()
            .filter(|(header, column)| column.is_none() && !header.is_empty())
            .map(|(header, _)| header.clone())
            .collect();
        let rows = records(text, delimiter).skip(1).filter_map(|cells| row(&cells, columns)).collect();
        Self { rows, ignored }
    }
}

/// The headers with what they mean; of two email columns the first counts.
fn columns(head: &str, delimiter: u8) -> Vec<(String, Option<Column>)> {
    let mut seen = Vec::new();
    records(head, delimiter)
        .next()
        .unwrap_or_default()
        .into_iter()
        .map(|header| {
            let column = Column::named(&header).filter(|column| !seen.contains(column));
            seen.extend(column);
            (header, column)
        })
        .collect()
}

fn records(text: &str, delimiter: u8) -> impl Iterator<Item = Vec<String>> {
    csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes())
        .into_records()
        .filter_map(Result::ok)
        .map(|record| record.iter().map(squeeze).collect())
}

fn row(cells: &[String], columns: &[(String, Option<Column>)]) -> Option<Row> {
    let cell = |which: Column| {
        let at = columns.iter().position(|(_, column)| *column == Some(which))?;
        cells.get(at).filter(|cell| !cell.is_empty()).cloned()
    };
    if cells.iter().all(String::is_empty) {
        return None;
    }
    let parts: Vec<String> = [Column::FirstName, Column::LastName].into_iter().filter_map(cell).collect();
    Some(Row {
        raw: cells.iter().filter(|cell| !cell.is_empty()).cloned().collect::<Vec<_>>().join(" "),
        email: cell(Column::Email).unwrap_or_default(),
        name: cell(Column::Name).or_else(|| Some(parts.join(" ")).filter(|name| !name.is_empty())),
        team: cell(Column::Team).map(|team| team.chars().take(ORG_NAME_MAX).collect()),
        title: cell(Column::Title),
    })
}

fn squeeze(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(email: &str, name: &str, team: &str, title: &str) -> (String, [Option<String>; 3]) {
        let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        (email.into(), [some(name), some(team), some(title)])
    }

    fn read(text: &str) -> Option<Vec<(String, [Option<String>; 3])>> {
        let table = AddressTable::parse(text)?;
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
        let table = AddressTable::parse(text).expect("a table");
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
        let table = AddressTable::parse("Email,E-mail\na@x.com,b@x.com").expect("a table");
        assert_eq!(
            (table.rows[0].email.as_str(), table.ignored.as_slice()),
            ("a@x.com", &["E-mail".to_owned()][..])
        );
    }
}
