//! Writes every page with sample values to a folder, to look at and to check without a node.
//!
//! ```text
//! cargo run -p parlor-web --example gallery -- /tmp/gallery
//! python3 -m http.server --bind 127.0.0.1 --directory /tmp/gallery 8000
//! ```
//!
//! Then open `http://127.0.0.1:8000/`, which is the lobby; the names of the other pages are printed. Nothing plays:
//! the player says that it cannot reach the room, as it would if the node were gone.

use std::path::PathBuf;
use std::{env, fs, io};

use parlor_web::assets;
use parlor_web::language::Language;

mod samples;

fn main() -> io::Result<()> {
    let folder = PathBuf::from(env::args().nth(1).unwrap_or_else(|| "gallery".to_owned()));
    let asset_folder = folder.join("assets").join(assets::version());
    fs::create_dir_all(&asset_folder)?;
    for name in assets::names() {
        let asset = assets::asset(name).expect("every listed name is an asset");
        fs::write(asset_folder.join(name), asset.bytes)?;
    }
    for language in Language::all() {
        // English stands at the top, every other language in a folder of its own.
        let below = if language == Language::ENGLISH { "" } else { language.tag() };
        fs::create_dir_all(folder.join(below))?;
        for (name, html) in samples::pages(language) {
            fs::write(folder.join(below).join(name), html)?;
            println!("{}", PathBuf::from(below).join(name).display());
        }
    }
    Ok(())
}
