//! A user agent in words that people know; the rough truth is enough to tell devices apart. N3

use crate::words;

/// What stands in user agents, and what it is called. Most browsers name others as well: the first that is
/// found is the right one.
const BROWSERS: [(&str, &str); 13] = [
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("EdgiOS/", "Edge"),
    ("EdgA/", "Edge"),
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("OPT/", "Opera"),
    ("Vivaldi/", "Vivaldi"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("MSIE ", "Internet Explorer"),
];

const SYSTEMS: [(&str, &str); 7] = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
];

/// Which browser on which system, such as "Firefox on Linux".
pub fn device_name(user_agent: &str) -> String {
    let find = |names: &[(&str, &'static str)]| {
        names.iter().find(|(sign, _)| user_agent.contains(sign)).map(|(_, name)| *name)
    };
    let browser = find(&BROWSERS).unwrap_or_else(words::guest::account_unknown_browser);
    let system = find(&SYSTEMS).unwrap_or_else(words::guest::account_unknown_system);
    words::guest::account_device(browser, system)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// N3
    #[test]
    fn a_device_is_named_as_people_know_it() {
        let webkit = "AppleWebKit/537.36 (KHTML, like Gecko)";
        for (user_agent, name) in [
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0".into(),
                "Firefox on Linux",
            ),
            (
                format!("Mozilla/5.0 (Windows NT 10.0; Win64; x64) {webkit} Chrome/142.0.0.0 Safari/537.36"),
                "Chrome on Windows",
            ),
            (
                format!(
                    "Mozilla/5.0 (Windows NT 10.0) {webkit} Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0"
                ),
                "Edge on Windows",
            ),
            (
                format!(
                    "Mozilla/5.0 (Linux; Android 16; K) {webkit} SamsungBrowser/29.0 Chrome/136.0.0.0 Mobile Safari/537.36"
                ),
                "Samsung Internet on Android",
            ),
            (
                format!(
                    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) {webkit} CriOS/142.0 Mobile/15E148 Safari/604.1"
                ),
                "Chrome on iPhone",
            ),
            (
                format!(
                    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {webkit} Version/26.0 Safari/605.1.15"
                ),
                "Safari on Mac",
            ),
            (
                format!("Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) {webkit} Chrome/142.0.0.0 Safari/537.36"),
                "Chrome on ChromeOS",
            ),
            ("curl/8.5.0".into(), "A browser on an unknown device"),
            (String::new(), "A browser on an unknown device"),
        ] {
            assert_eq!(device_name(&user_agent), name, "{user_agent}");
        }
    }
}
