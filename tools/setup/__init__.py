"""``make setup``: provides ``.venv/`` and ``.tools/bin/``, or reports exactly what is missing.

It runs before anything is installed, so it imports the standard library only, and of the other
packages only ``infra.wheels``, which does too.
"""
