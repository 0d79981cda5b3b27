"""What people who work on the project run: set-up, and the generators of pages."""
