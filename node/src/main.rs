//! The `parlor` program; everything is in the library.

use std::alloc::System;

use zeroizing_alloc::ZeroAlloc;

/// Memory that is given back is overwritten first: a key, a password or a line of the talk leaves no copies behind, in
/// whichever library's buffers it stood.
#[global_allocator]
static ALLOCATOR: ZeroAlloc<System> = ZeroAlloc(System);

fn main() -> std::process::ExitCode {
    parlor::cli::main()
}
