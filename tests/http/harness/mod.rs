//! What the tests are made of: a server, browsers that talk to it, people who use them, pictures.

mod answer;
mod browser;
mod bucket;
mod cast;
mod disk;
mod dns_server;
mod identity_provider;
mod links;
mod mail_server;
mod people;
mod pictures;
mod process;
mod programs;
mod server;
mod waiting;
mod way;

pub use answer::{Answer, Form};
pub use browser::{Browser, Upload};
pub use bucket::Bucket;
pub use cast::{Cast, Names, nothing, spell};
pub use disk::{Disk, killed_after};
pub use dns_server::{DnsServer, Says};
pub use identity_provider::{Asked, IdentityProvider, Signing};
pub use links::{limited_to, only, unlimited};
pub use mail_server::{Fault, MailServer, Taken};
pub use people::{Acme, Lead};
pub use pictures::{file_of, photo, portrait, tiny_photo};
pub use process::{Network, clients, forward_to, serve, serve_by};
pub use programs::{Cluster, PgBouncer, Program, free_port, listens, pg_bin, program};
pub use server::{ORIGIN, Server};
pub use waiting::until;
pub use way::{Line, Way};

pub use axum::http::{Method, StatusCode, header};
pub use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
