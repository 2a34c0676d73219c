//! Every test vector through the function that a fuzzer runs on it, so that these stay right without a fuzzer.

use std::path::Path;

#[path = "../../contrib/fuzz/src/lib.rs"]
#[expect(unreachable_pub, reason = "public where it is a crate")]
mod fuzz;

#[test]
fn every_vector_goes_through_its_target() {
    let vectors = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors");
    for (target, run) in fuzz::TARGETS {
        let seeds = fuzz::seeds(&vectors, target).unwrap();
        assert!(!seeds.is_empty(), "{target} has no vectors");
        for seed in &seeds {
            run(seed);
        }
    }
}
