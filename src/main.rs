//! The command: hands over to the library, which answers with an exit code.

/// Syntax trees are many small allocations on several threads, and the allocator of a static Linux binary is slow at both.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    mlcost_lint::cli::main()
}
