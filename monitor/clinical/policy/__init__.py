"""The clinic's rules, read from one TOML text and checked."""
