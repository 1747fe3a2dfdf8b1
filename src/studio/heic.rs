//! HEIC photos, what iPhones take. They are opened by a program of their own, `headcount-heif` (`src/heif.rs`), which
//! gets the file, so much memory and time, and nothing else of this server. QUALITY 11
//!
//! Where the program is not there, or does not start, HEIC photos are refused in words that say what to do instead.

use std::{
    io::{Read, Write},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::Arc,
    thread,
};

use super::{color, containers::Profile, picture::Picture};
use crate::domain::photo::PhotoRefusal;

/// What the program says when it is asked for its version; what it answers is fixed with that.
const VERSION: &[u8] = b"headcount-heif 2";

/// Bytes of memory that opening one picture takes at most, here and in the program. More than other formats get: the
/// largest that an iPhone takes has 49 megapixels.
pub(super) const MOST_MEMORY: u64 = 600_000_000;

/// Bytes that a color profile has at most; one that is larger is ignored. Those of phones have some hundreds.
const MOST_PROFILE: usize = 100_000;

/// The program that opens HEIC photos. Cheap to clone.
#[derive(Clone, Debug)]
pub struct HeicDecoder {
    program: Arc<Path>,
}

impl HeicDecoder {
    /// The name that the program has beside the server's.
    pub const NAME: &str = "headcount-heif";

    /// The decoder that is this program; `None` where it is not there or cannot run.
    pub fn at(program: impl Into<PathBuf>) -> Option<Self> {
        let decoder = Self { program: program.into().into() };
        let mut asked = decoder.start(&["version"]).ok()?;
        let mut said = Vec::new();
        let read = asked.stdout.take()?.take(100).read_to_end(&mut said);
        let ended = asked.wait();
        (read.is_ok() && ended.is_ok_and(|status| status.success()) && said == VERSION).then_some(decoder)
    }

    /// The picture in a file, upright and as sRGB, at most `side` pixels on its longer side.
    ///
    /// # Errors
    /// [`PhotoRefusal::Broken`], also where the picture has another size than its file said;
    /// [`PhotoRefusal::Busy`] when the machine starts no more programs.
    pub(super) fn develop(&self, file: &[u8], size: (u32, u32), side: u32) -> Result<Picture, PhotoRefusal> {
        self.ask(program_memory(file, size), file, |answer| {
            if (number(answer)?, number(answer)?) != size {
                return None;
            }
            let (profile, code_points) = (number(answer)? as usize, number(answer)? as usize);
            if profile > 40 * MOST_PROFILE || code_points > 2 {
                return None;
            }
            let profile = bytes(answer, profile)?;
            let code_points = bytes(answer, code_points)?;
            let rgb = bytes(answer, size.0 as usize * size.1 as usize * 3)?;
            let mut picture = Picture::new(size.0, size.1, rgb).fit_within(side);
            if profile.len() > MOST_PROFILE {
                return Some(picture);
            }
            match (Profile::plain(&profile), code_points.first()) {
                (Some(profile), _) => color::to_srgb(&mut picture, &profile),
                (None, Some(&primaries)) => color::primaries_to_srgb(&mut picture, primaries),
                (None, None) => {}
            }
            Some(picture)
        })
    }

    /// Gives the program a file and reads what it says, which it has to say to its end.
    fn ask<T>(
        &self,
        memory: u64,
        file: &[u8],
        read: impl FnOnce(&mut dyn Read) -> Option<T>,
    ) -> Result<T, PhotoRefusal> {
        let mut asked = self.start(&["pixels", &memory.to_string()]).map_err(|_| PhotoRefusal::Busy)?;
        let (Some(mut input), Some(mut output)) = (asked.stdin.take(), asked.stdout.take()) else {
            return Err(PhotoRefusal::Broken);
        };
        let answer = thread::scope(|scope| {
            // One that ends before it has read everything says so by its status.
            scope.spawn(move || input.write_all(file).ok());
            let answer = read(&mut output);
            // Something behind the answer would keep it waiting for a reader.
            drop(output);
            if answer.is_none() {
                asked.kill().ok();
            }
            answer
        });
        let ended = asked.wait().is_ok_and(|status| status.success());
        answer.filter(|_| ended).ok_or(PhotoRefusal::Broken)
    }

    fn start(&self, arguments: &[&str]) -> std::io::Result<Child> {
        Command::new(&*self.program)
            .args(arguments)
            // It needs none of what this server was told.
            .env_clear()
            // Each thread's own heap would count, and it has few threads.
            .env("MALLOC_ARENA_MAX", "2")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
    }
}

/// Bytes of memory that the program may take: measured are 6.5 for each pixel.
fn program_memory(file: &[u8], (width, height): (u32, u32)) -> u64 {
    8 * u64::from(width) * u64::from(height) + file.len() as u64 + 40_000_000
}

/// Bytes of memory beside the pixels: the program's, and what a profile takes.
pub(super) fn working_memory(file: &[u8], size: (u32, u32)) -> u64 {
    program_memory(file, size) + color::profile_memory(MOST_PROFILE)
}

fn number(answer: &mut dyn Read) -> Option<u32> {
    let mut number = [0; 4];
    answer.read_exact(&mut number).ok()?;
    Some(u32::from_be_bytes(number))
}

fn bytes(answer: &mut dyn Read, length: usize) -> Option<Vec<u8>> {
    let mut bytes = vec![0; length];
    answer.read_exact(&mut bytes).ok()?;
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// H1, N1, QUALITY 11: a program that is not there, is another one, lies, babbles or dies.
    #[test]
    fn only_a_good_answer_of_the_right_program_is_a_photo() {
        for program in ["/nowhere/headcount-heif", "/bin/true", "/bin/cat", "/bin/echo", "/"] {
            assert!(HeicDecoder::at(program).is_none(), "{program}");
        }
        let folder = tempfile::tempdir().unwrap();
        let file = vec![7; 300_000];
        for (n, script) in [
            "exit 0",
            "cat >/dev/null; exit 1",
            "cat >/dev/null; kill -SEGV $$",
            "printf abc",
            "cat /dev/zero",
            "printf '\\0\\0\\0\\2\\0\\0\\0\\2'; cat >/dev/null; exit 3",
        ]
        .iter()
        .enumerate()
        {
            let program = folder.path().join(n.to_string());
            std::fs::write(&program, format!("#!/bin/sh\nPATH=/bin:/usr/bin\n{script}\n")).unwrap();
            std::fs::set_permissions(&program, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
            let decoder = HeicDecoder { program: program.into() };
            assert_eq!(decoder.develop(&file, (2, 2), 9), Err(PhotoRefusal::Broken), "{script}");
        }
        let gone = HeicDecoder { program: folder.path().join("gone").into() };
        assert_eq!(gone.develop(&file, (2, 2), 9), Err(PhotoRefusal::Busy));
    }
}
