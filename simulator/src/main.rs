//! The `parlor-sim` program; everything is in the library.

/// Ten thousand nodes keep millions of small things and let go of as many each second, on all processors at once: the
/// system's allocator takes a fifth of the time.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    parlor_sim::cli::main()
}
