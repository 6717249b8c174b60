"""What an operator may set, and how it is read from a TOML file."""
