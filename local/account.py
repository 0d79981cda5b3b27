"""The one account of the local AWS, and the keys with which everything signs its requests."""

ACCOUNT_ID = "123456789012"
ACCESS_KEY = "test"
SECRET_KEY = "test"  # noqa: S105  # made up: the local AWS checks no signature
