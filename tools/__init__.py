"""Tools for the project: set-up, generators of pages, and commands for a stack that is up."""
