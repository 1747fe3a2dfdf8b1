//! `/scim/v2/{org}/…`: what directories ask, in the forms that Entra ID and Okta are documented to send. S6

mod calling;
mod deactivation;
mod groups;
mod people;

use axum::{body::Body, http::Request};
use headcount::{
    domain::sso::claim::CompanyDomain,
    store::{scim::directories, sso::domains},
};
use serde_json::{Value, json};

use crate::harness::*;

const ERROR: &str = "urn:ietf:params:scim:api:messages:2.0:Error";
const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";

/// An organization's directory.
struct Directory {
    browser: Browser,
    base: String,
    token: String,
}

impl Directory {
    /// Makes the organization's token by its settings, as its Owner.
    async fn connect(server: &Server, lead: &Lead) -> Self {
        let answer = lead.call("directory/renew-token", &[]).await.with(StatusCode::OK);
        let token = answer.json().as_str().unwrap().to_owned();
        Self { browser: server.browser(), base: format!("/scim/v2/{}", lead.org()), token }
    }

    fn request(&self, method: Method, path: &str) -> axum::http::request::Builder {
        Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base))
            .header(header::HOST, "headshots.example")
            .header("x-forwarded-for", "20.190.128.1")
            .header(header::AUTHORIZATION, format!("Bearer {}", self.token))
            .header(header::CONTENT_TYPE, "application/scim+json; charset=utf-8")
    }

    async fn send(&self, method: Method, path: &str, body: &Value) -> Answer {
        let body = if body.is_null() { Body::empty() } else { body.to_string().into() };
        let answer = self.browser.send(self.request(method, path).body(body).unwrap()).await;
        if answer.status != StatusCode::NO_CONTENT {
            assert_eq!(answer.header(header::CONTENT_TYPE), "application/scim+json", "{answer}");
        }
        answer
    }

    async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, &Value::Null).await
    }

    async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::POST, path, body).await
    }

    async fn put(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::PUT, path, body).await
    }

    async fn patch(&self, path: &str, operations: Value) -> Answer {
        let schemas = ["urn:ietf:params:scim:api:messages:2.0:PatchOp"];
        self.send(Method::PATCH, path, &json!({ "schemas": schemas, "Operations": operations })).await
    }

    async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, &Value::Null).await
    }

    /// What a lookup finds.
    async fn find(&self, kind: &str, filter: &str) -> Vec<Value> {
        let query =
            url::form_urlencoded::Serializer::new(String::new()).append_pair("filter", filter).finish();
        let answer = self.get(&format!("/{kind}?{query}")).await.with(StatusCode::OK).json();
        let found = answer["Resources"].as_array().unwrap().clone();
        assert_eq!(answer["totalResults"], found.len());
        found
    }

    /// Provisions somebody, and returns the path of the resource.
    async fn provision(&self, address: &str) -> String {
        let user = self.post("/Users", &user(address)).await.with(StatusCode::CREATED).json();
        format!("/Users/{}", user["id"].as_str().unwrap())
    }

    async fn provision_group(&self, name: &str, members: &[&str]) -> String {
        let members: Vec<Value> = members.iter().map(|path| json!({ "value": id_of(path) })).collect();
        let group = json!({ "schemas": [GROUP], "displayName": name, "members": members });
        let group = self.post("/Groups", &group).await.with(StatusCode::CREATED).json();
        format!("/Groups/{}", group["id"].as_str().unwrap())
    }
}

/// The id at the end of a path.
fn id_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap()
}

/// Somebody as a directory sends them.
fn user(address: &str) -> Value {
    json!({
        "schemas": [USER],
        "userName": address,
        "name": { "givenName": "Ada", "familyName": "Lovelace" },
        "emails": [{ "primary": true, "type": "work", "value": address }],
        "active": true,
    })
}

/// Fails unless the answer is an error in SCIM's own form, with this word.
#[track_caller]
fn is_error(answer: &Answer, status: StatusCode, kind: Option<&str>) {
    let body = answer.json();
    assert_eq!(answer.status, status, "{answer}");
    assert_eq!(body["schemas"], json!([ERROR]), "{answer}");
    assert_eq!(body["status"], status.as_str(), "{answer}");
    assert_eq!(body.get("scimType").and_then(Value::as_str), kind, "{answer}");
    assert!(body["detail"].as_str().is_some_and(|detail| detail.len() > 10), "{answer}");
}

/// Acme with acme.com and a directory.
async fn acme_with_directory(connect: PgConnectOptions) -> (Acme, Directory) {
    let acme = Acme::found_on(Server::start_with(connect, 8).await, 1).await;
    own_domain(&acme.server, &acme.lead, "acme.com").await;
    let directory = Directory::connect(&acme.server, &acme.lead).await;
    (acme, directory)
}

/// Proves a domain for an organization.
async fn own_domain(server: &Server, lead: &Lead, domain: &str) {
    let mut tx = server.pool().begin().await.unwrap();
    domains::claim(&mut tx, &lead.actor, &CompanyDomain::stored(domain.into())).await.unwrap();
    tx.commit().await.unwrap();
    server
        .execute(&format!(
            "update domains set state = 'verified', verified_at = now(), next_look_at = now() + interval '1 day'
             where domain = '{domain}' and org_id = '{}'",
            lead.org()
        ))
        .await;
}
