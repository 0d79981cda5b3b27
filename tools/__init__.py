"""Tools for working on the project: set-up, and the generators of pages."""
