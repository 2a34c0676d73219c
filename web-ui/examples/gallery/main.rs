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

mod samples;

fn main() -> io::Result<()> {
    let folder = PathBuf::from(env::args().nth(1).unwrap_or_else(|| "gallery".to_owned()));
    let asset_folder = folder.join("assets").join(assets::version());
    fs::create_dir_all(&asset_folder)?;
    for name in assets::names() {
        let asset = assets::asset(name).expect("every listed name is an asset");
        fs::write(asset_folder.join(name), asset.bytes)?;
    }
    for (name, html) in samples::pages() {
        fs::write(folder.join(name), html)?;
        println!("{name}");
    }
    Ok(())
}
