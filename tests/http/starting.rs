//! `headcount serve` with settings that are wrong: it does not start, and says all that is wrong. N8

use std::process::Command;

/// What the server says when it is started with these variables and nothing else.
fn refusal(variables: &[(&str, &str)]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_headcount"))
        .arg("serve")
        .env_clear()
        .envs(variables.iter().copied())
        .env("RUST_LOG", "off")
        .output()
        .expect("the server's program is built with the tests");
    assert!(!output.status.success());
    String::from_utf8(output.stderr).unwrap()
}

/// N8: what is missing, what is malformed and what would break later, in one answer.
#[test]
fn everything_that_is_wrong_is_said_at_once() {
    let said = refusal(&[
        ("BASE_URL", "https://headshots.example"),
        ("SECRET_KEY", "short"),
        ("MAX_CONNECTIONS", "0"),
        ("SMTP_URL", "carrier pigeon"),
        ("PRIVATE_PROVIDERS", ""),
        ("PUBLIC_DIR", "/nowhere"),
        ("BOUNCE_SECRET_FILE", "/nowhere/secret"),
        ("ENGINE_URL", "https://engine.example/jobs"),
    ]);
    for part in [
        "DATABASE_URL is missing",
        "SECRET_KEY: it should be 64 hexadecimal digits",
        "MAX_CONNECTIONS: 0 is not in 1..=1000000",
        "SMTP_URL should look like smtps://",
        "TRUST_PROXY is missing",
        "BOUNCE_SECRET_FILE: /nowhere/secret cannot be read",
        "/nowhere/icons.svg is missing",
        "ENGINE_SECRET is missing",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert!(!said.contains("short") && !said.contains("PRIVATE_PROVIDERS"), "{said}");
}

/// N8: a secret is read from the file that its variable names, without the line break at its end.
#[test]
fn secrets_come_from_files() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, content: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path.to_string_lossy().into_owned()
    };
    let (key, url) =
        (file("key", &format!("{}\n", "07".repeat(32))), file("url", "postgres://127.0.0.1:1/none\n"));
    let shared = file("shared", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n");
    let good = [
        ("SECRET_KEY_FILE", key.as_str()),
        ("DATABASE_URL_FILE", url.as_str()),
        ("PUBLIC_DIR", "/nowhere"),
        ("ENGINE_URL", "https://engine.example/jobs"),
        ("ENGINE_SECRET_FILE", shared.as_str()),
    ];
    let said = refusal(&good);
    assert!(said.contains("/nowhere/icons.svg is missing") && !said.contains("missing:"), "{said}");
    let both = refusal(&[good.as_slice(), &[("DATABASE_URL", "postgres://127.0.0.1:1/other")]].concat());
    assert!(both.contains("DATABASE_URL and DATABASE_URL_FILE are both set"), "{both}");
    let empty = file("empty", "\n");
    let said = refusal(&[("SECRET_KEY_FILE", empty.as_str()), good[1]]);
    assert!(
        said.contains("SECRET_KEY_FILE:")
            && said.contains("is empty")
            && !said.contains("SECRET_KEY is missing"),
        "{said}"
    );
}
