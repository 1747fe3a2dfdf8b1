//! Where pictures are kept, and how much memory the work on them may take.

use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::Args;

use super::web::Build;
use crate::studio::{
    heic::HeicDecoder,
    storage::{Access, Storage},
};

#[derive(Args, Clone, Debug)]
pub struct Pictures {
    /// Where pictures are kept: file:///folder or s3://bucket/prefix with the usual AWS_… variables;
    /// a development build without it takes the folder .data/photos here
    #[arg(long, env = "STORAGE_URL", hide_env_values = true)]
    pub storage_url: Option<String>,
    /// The secret that belongs to AWS_ACCESS_KEY_ID, for s3://…
    #[arg(long, env = "AWS_SECRET_ACCESS_KEY", hide_env_values = true)]
    pub aws_secret_access_key: Option<String>,
    /// Megabytes that opened pictures may take at once
    #[arg(long, env = "IMAGE_MEMORY_MB", default_value_t = 120)]
    pub image_memory_mb: u32,
    /// Megabytes that files on their way in may take at once; one person takes an eighth at most
    #[arg(long, env = "UPLOAD_MEMORY_MB", default_value_t = 200)]
    pub upload_memory_mb: u32,
    /// The program that opens HEIC photos; headcount-heif beside this program, if it is there, unless set
    #[arg(long, env = "HEIC_DECODER")]
    pub heic_decoder: Option<PathBuf>,
}

impl Pictures {
    /// # Errors
    /// The URL is none or missing in a release build, or its folder cannot be made.
    pub fn storage(&self, build: Build) -> anyhow::Result<Storage> {
        Storage::open_with(&self.url(build)?, self.access()).context("STORAGE_URL")
    }

    /// The storage that a server has opened before.
    ///
    /// # Errors
    /// As [`Pictures::storage`]; its folder is not there, such as when a disk is not mounted.
    pub fn storage_again(&self, build: Build) -> anyhow::Result<Storage> {
        Storage::open_again(&self.url(build)?, self.access()).context("STORAGE_URL")
    }

    /// What opens the bucket of the pictures, where they are in one.
    #[must_use]
    pub fn access(&self) -> Access<'_> {
        Access::usual(self.aws_secret_access_key.as_deref())
    }

    fn url(&self, build: Build) -> anyhow::Result<String> {
        Ok(match (&self.storage_url, build) {
            (Some(url), _) => url.clone(),
            (None, Build::Development) => {
                format!("file://{}", std::env::current_dir()?.join(".data/photos").display())
            }
            (None, Build::Release) => bail!(
                "STORAGE_URL is missing: set it to where pictures are kept, such as file:///var/lib/headcount/pictures"
            ),
        })
    }

    /// The program that opens HEIC photos, where there is one.
    ///
    /// # Errors
    /// The one that is set does not run.
    pub fn heic(&self) -> anyhow::Result<Option<HeicDecoder>> {
        if let Some(program) = &self.heic_decoder {
            let decoder = HeicDecoder::at(program);
            return decoder.map(Some).context(
                "HEIC_DECODER should be the path of headcount-heif; what is there does not run, or is another program",
            );
        }
        let beside = std::env::current_exe().ok().map(|server| server.with_file_name(HeicDecoder::NAME));
        Ok(beside.and_then(HeicDecoder::at))
    }
}
