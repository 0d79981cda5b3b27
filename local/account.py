"""The one account of the local AWS, and the keys with which everything signs its requests."""

from policies.lmi.facts.limits import LOCAL_AWS_ACCOUNT

ACCOUNT_ID = LOCAL_AWS_ACCOUNT
ACCESS_KEY = "test"
SECRET_KEY = "test"  # noqa: S105  # made up: the local AWS knows no other
