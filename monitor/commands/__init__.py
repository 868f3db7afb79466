"""The command line. Law: one small file a command; each registers itself and returns an exit code."""
