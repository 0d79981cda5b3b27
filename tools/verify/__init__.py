"""``make verify``: check a stack that is up, with the caller's credentials."""
