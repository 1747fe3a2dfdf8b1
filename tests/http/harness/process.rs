//! `headcount serve` as an operator starts it, and requests that reach it over the network.

use std::{path::Path, process::Command, sync::Arc};

use axum::{
    Router,
    body::Body,
    http::{Method, Request, header},
    response::Response,
};

use super::{Browser, ORIGIN, Program};

/// Signs as the servers do that run in the test itself.
pub const SECRET_KEY: &str = "5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e";

/// Starts with what every server needs and these settings; `dist` is made by [`clients`].
pub fn serve(dist: &Path, settings: &[(&str, &str)]) -> Program {
    serve_by(Path::new(env!("CARGO_BIN_EXE_headcount")), dist, settings)
}

/// The same by a program of another version.
pub fn serve_by(program: &Path, dist: &Path, settings: &[(&str, &str)]) -> Program {
    let mut command = Command::new(program);
    command
        .arg("serve")
        .env_clear()
        .env("SECRET_KEY", SECRET_KEY)
        .env("BIND", "127.0.0.1:0")
        .env("BASE_URL", ORIGIN)
        .env("TRUST_PROXY", "0")
        .env("STORAGE_URL", "memory:")
        .env("PUBLIC_DIR", "public")
        .env("DIST_DIR", dist)
        .env("RUST_LOG", "error")
        .envs(settings.iter().copied());
    Program::start(&mut command)
}

/// What the server wants to know of the clients, though no browser runs them here.
pub fn clients() -> tempfile::TempDir {
    let dist = tempfile::tempdir().unwrap();
    for name in ["console", "guest", "shoot"] {
        std::fs::create_dir(dist.path().join(name)).unwrap();
        let manifest = "<link rel=\"stylesheet\" href=\"/a.css\"><link rel=\"modulepreload\" href=\"/a.js\">\
                        <link rel=\"preload\" href=\"/a.wasm\">";
        std::fs::write(dist.path().join(name).join("index.html"), manifest).unwrap();
    }
    dist
}

/// Hands everything that browsers of tests ask on to who listens there.
pub fn forward_to(port: u16) -> Router {
    let network = Arc::new(Network::to(port));
    Router::new().fallback(async move |request: Request<Body>| {
        let answer = network.send(request).await.unwrap();
        let mut response = Response::new(Body::empty());
        (*response.status_mut(), *response.headers_mut()) = (answer.status(), answer.headers().clone());
        response.map(|_: Body| Body::from_stream(answer.bytes_stream()))
    })
}

/// A way to a server or the proxy before it.
pub struct Network {
    client: reqwest::Client,
    origin: String,
}

impl Network {
    pub fn to(port: u16) -> Self {
        rustls::crypto::ring::default_provider().install_default().ok();
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy();
        Self { client: client.build().unwrap(), origin: format!("http://127.0.0.1:{port}") }
    }

    pub async fn send(&self, request: Request<Body>) -> reqwest::Result<reqwest::Response> {
        let (parts, body) = request.into_parts();
        let body = axum::body::to_bytes(body, 1 << 20).await.unwrap();
        let url = format!("{}{}", self.origin, parts.uri);
        self.client.request(parts.method, url).headers(parts.headers).body(body).send().await
    }

    pub async fn get(&self, browser: &Browser, path: &str) -> reqwest::Result<reqwest::Response> {
        self.send(browser.request(Method::GET, path).body(Body::empty()).unwrap()).await
    }

    /// Posts a form, as a page without scripts does, or calls a server function.
    pub async fn post(
        &self,
        browser: &Browser,
        path: &str,
        fields: &[(&str, &str)],
    ) -> reqwest::Result<reqwest::Response> {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = browser
            .request(Method::POST, path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::ACCEPT, if path.starts_with("/fn/") { "application/json" } else { "text/html" });
        self.send(request.body(body.into()).unwrap()).await
    }
}
