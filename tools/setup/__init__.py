"""`make setup`: leaves `.venv/` and `.tools/bin/` complete, or says exactly what is missing.

It runs before anything is installed, so it imports the standard library only.
"""
