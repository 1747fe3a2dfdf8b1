//! A browser: keeps cookies, says where its requests come from, posts forms.

use std::{collections::BTreeMap, sync::Mutex};

use axum::{
    Router,
    body::{Body, Bytes},
    http::{HeaderValue, Method, Request, StatusCode, header},
    response::Response,
};
use tower::ServiceExt;

use super::{Answer, server::ORIGIN};

/// One person's browser. Requests can be made at once, as from several tabs.
pub struct Browser {
    router: Router,
    network: String,
    cookies: Mutex<BTreeMap<String, String>>,
}

/// A file to be uploaded.
#[derive(Clone)]
pub struct Upload {
    pub name: String,
    pub bytes: Bytes,
}

impl Browser {
    pub fn new(router: Router, network: String) -> Self {
        Self { router, network, cookies: Mutex::default() }
    }

    /// Another browser with the same cookies.
    pub fn copy(&self) -> Self {
        let cookies = Mutex::new(self.cookies.lock().unwrap().clone());
        Self { router: self.router.clone(), network: self.network.clone(), cookies }
    }

    /// A browser with the same cookies that asks another server.
    pub fn at(&self, other: &super::Server) -> Self {
        self.through(&other.router)
    }

    /// The same with any way to a server.
    pub fn through(&self, router: &Router) -> Self {
        Self { router: router.clone(), ..self.copy() }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path).body(Body::empty()).unwrap()).await
    }

    /// Asks as a script of an open page does.
    pub async fn look(&self, path: &str) -> Answer {
        let request = self.request(Method::GET, path).header(header::ACCEPT, "application/json");
        self.send(request.body(Body::empty()).unwrap()).await
    }

    /// Opens a page and the pages that it leads to.
    pub async fn visit(&self, path: &str) -> Answer {
        let answer = self.get(path).await;
        self.follow(answer).await
    }

    /// Goes where an answer leads, and on from there.
    pub async fn follow(&self, mut answer: Answer) -> Answer {
        for _ in 0..5 {
            if !answer.status.is_redirection() {
                break;
            }
            answer = self.get(answer.location()).await;
        }
        answer
    }

    /// Posts a form.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = self
            .request(Method::POST, path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::ACCEPT, "text/html");
        self.send(request.body(body.into()).unwrap()).await
    }

    /// Fills a form that stands on a page and posts it; what is not named stays as it stands there.
    pub async fn fill(&self, page: &Answer, action: &str, fields: &[(&str, &str)]) -> Answer {
        let form = page.form(action);
        let typed = |name: &str| fields.iter().find(|(field, _)| *field == name).map(|(_, value)| *value);
        for (name, _) in fields {
            assert!(form.fields.iter().any(|(field, _)| field == name), "{action} has no field {name}");
        }
        let filled: Vec<(&str, &str)> =
            form.fields.iter().map(|(name, value)| (name.as_str(), typed(name).unwrap_or(value))).collect();
        self.post(&form.action, &filled).await
    }

    /// Calls a server function as our scripts do.
    pub async fn call(&self, function: &str, fields: &[(&str, &str)]) -> Answer {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = self
            .request(Method::POST, &format!("/fn/{function}"))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::ACCEPT, "application/json");
        self.send(request.body(body.into()).unwrap()).await
    }

    /// The same as our own pages do it for long lists: with JSON.
    pub async fn call_with_json(&self, function: &str, fields: &serde_json::Value) -> Answer {
        let request = self
            .request(Method::POST, &format!("/fn/{function}"))
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::ACCEPT, "application/json");
        self.send(request.body(fields.to_string().into()).unwrap()).await
    }

    /// Posts files, as a form or (`accept` `application/json`) as our scripts do.
    pub async fn upload(&self, path: &str, files: &[Upload], accept: &str) -> Answer {
        self.upload_with(path, &[], files, accept).await
    }

    /// The same, behind other fields of the form.
    pub async fn upload_with(
        &self,
        path: &str,
        fields: &[(&str, &str)],
        files: &[Upload],
        accept: &str,
    ) -> Answer {
        const BOUNDARY: &str = "----------------7b1f0d6e";
        let mut body = Vec::new();
        for (name, value) in fields {
            let field =
                format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend_from_slice(field.as_bytes());
        }
        for file in files {
            let head = format!(
                "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"{}\"\r\n\
                 Content-Type: image/jpeg\r\n\r\n",
                file.name
            );
            body.extend_from_slice(head.as_bytes());
            body.extend_from_slice(&file.bytes);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
        let request = self
            .request(Method::POST, path)
            .header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={BOUNDARY}"))
            .header(header::ACCEPT, accept);
        self.send(request.body(body.into()).unwrap()).await
    }

    /// Asks by the protocol of resumable uploads.
    pub async fn tus(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        part: impl Into<Body>,
    ) -> Answer {
        let mut request = self.request(method, path).header("tus-resumable", "1.0.0");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.header(header::CONTENT_TYPE, "application/offset+octet-stream");
        self.send(request.body(part.into()).unwrap()).await
    }

    /// A request with the headers that a browser sends of itself, from a page of ours.
    pub fn request(&self, method: Method, path: &str) -> axum::http::request::Builder {
        let mut request = Request::builder()
            .uri(path)
            .header(header::HOST, "headshots.example")
            .header(header::USER_AGENT, "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0")
            .header("x-forwarded-for", &self.network)
            .header("sec-fetch-site", "same-origin");
        if method != Method::GET && method != Method::HEAD {
            request = request.header(header::ORIGIN, ORIGIN);
        }
        let cookies = self.cookies.lock().unwrap();
        if !cookies.is_empty() {
            let pairs: Vec<String> = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            request = request.header(header::COOKIE, pairs.join("; "));
        }
        request.method(method)
    }

    /// Sends a request and keeps the cookies of the answer.
    pub async fn send(&self, request: Request<Body>) -> Answer {
        let asked = format!("{} {}", request.method(), request.uri());
        let response: Response = self.router.clone().oneshot(request).await.unwrap();
        for cookie in response.headers().get_all(header::SET_COOKIE) {
            self.keep(cookie);
        }
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, 100 << 20).await.unwrap();
        let answer = Answer { asked, status: parts.status, headers: parts.headers, body };
        assert!(answer.status != StatusCode::INTERNAL_SERVER_ERROR, "{answer}");
        // In these, a comment of the renderer is text that people see.
        for element in ["title", "textarea"] {
            let end = format!("<!></{element}>");
            let seen = answer.body.windows(end.len()).any(|part| part == end.as_bytes());
            assert!(!seen, "a comment stands in a {element}: {answer}");
        }
        answer
    }

    /// Takes a cookie as from an answer.
    pub fn keep(&self, cookie: &HeaderValue) {
        let cookie = cookie.to_str().unwrap();
        let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
        self.cookies.lock().unwrap().insert(name.to_owned(), value.to_owned());
    }

    /// The value of a cookie.
    pub fn cookie(&self, name: &str) -> String {
        self.cookies.lock().unwrap()[name].clone()
    }
}
