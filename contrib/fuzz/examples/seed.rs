//! Writes the test vectors as the corpora from which the fuzzers start: `corpus/TARGET/NUMBER`.

use std::fs;
use std::path::Path;

fn main() -> std::io::Result<()> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (target, _) in parlor_fuzz::TARGETS {
        let corpus = here.join("corpus").join(target);
        fs::create_dir_all(&corpus)?;
        let seeds = parlor_fuzz::seeds(&here.join("../../protocol-spec/vectors"), target)?;
        for (number, seed) in seeds.iter().enumerate() {
            fs::write(corpus.join(format!("vector-{number:03}")), seed)?;
        }
        println!("{target}: {} seeds", seeds.len());
    }
    Ok(())
}
