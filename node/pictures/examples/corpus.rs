//! Writes the tests' files into a folder, for a fuzzer to start from: `cargo run --example corpus FOLDER`.

use std::path::PathBuf;
use std::{env, fs, io};

#[path = "../tests/corpus/mod.rs"]
mod corpus;

fn main() -> io::Result<()> {
    let folder = env::args_os().nth(1).map(PathBuf::from);
    let folder = folder.ok_or_else(|| io::Error::other("name the folder that the files go into"))?;
    fs::create_dir_all(&folder)?;
    for (name, bytes, _) in corpus::corpus() {
        fs::write(folder.join(name.replace(' ', "-")), bytes)?;
    }
    Ok(())
}
