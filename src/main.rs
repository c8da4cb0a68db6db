//! The command: hands over to the library, which answers with an exit code.

fn main() -> std::process::ExitCode {
    mlcost_lint::cli::main()
}
