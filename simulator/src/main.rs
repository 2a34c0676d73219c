//! The `parlor-sim` program; everything is in the library.

fn main() -> std::process::ExitCode {
    parlor_sim::cli::main()
}
