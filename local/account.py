"""The one account of the local AWS, and the keys that open it."""

ACCOUNT_ID = "123456789012"
ACCESS_KEY = "test"
SECRET_KEY = "test"  # noqa: S105 - no secret: it opens nothing but a loopback port
