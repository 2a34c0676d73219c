//! The `parlor` program; everything is in the library.

fn main() -> std::process::ExitCode {
    parlor::cli::main()
}
