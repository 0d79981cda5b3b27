"""Lambda's resource types: capacity providers, functions, and what hangs on a function."""
