# Everything a contributor runs; `just` lists it.

default:
    @just --list

# Format, lint, test: what CI runs.
check:
    .ci/run

# Accept changed snapshots and expected outputs after reading them.
accept:
    INSTA_UPDATE=always MLCOST_LINT_BLESS=1 cargo test

# Rewrite the documentation that is made from the rules, and the picture in the README.
docs:
    MLCOST_LINT_BLESS=1 cargo test --test it -- docs readme corpus

# Run over the showcase.
showcase:
    cargo run --release -- testdata/showcase

# The run as a ratio to reading and parsing the same files.
bench PATH="testdata":
    cargo bench --bench floor -- {{PATH}}

# Licences and sources of dependencies.
deny:
    cargo deny check
