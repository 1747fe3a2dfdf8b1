//! No client: what the browser tests ask about the domain rule, compiled as the clients are. It
//! judges each case of `tests/tables/domain_rule.json` with the browser's own IDNA. L3, QUALITY 9

use headcount::{app::browser::idna, domain::domain_rule::judge};
use wasm_bindgen::prelude::*;

/// What becomes of an address under a rule, in one word of the table.
#[wasm_bindgen]
#[must_use]
pub fn judge_address(rule: &str, address: &str) -> String {
    judge(rule, address, idna::to_ascii).into()
}

fn main() {}
