"""Keys of execution roles: a function calls other services, and fronts, as its role.

moto's STS knows them, so that ``sts get-caller-identity`` names the role.
"""

from collections.abc import Mapping
from functools import cache

from moto.sts.models import sts_backends

from local.account import ACCESS_KEY, ACCOUNT_ID, SECRET_KEY

_secret_keys = {ACCESS_KEY: SECRET_KEY}


@cache
def role_variables(role_arn: str, session_name: str, region: str) -> Mapping[str, str]:
    """Return the environment variables with the keys of a session of a role.

    The role need not exist. In an execution environment the session has the function's name.
    """
    session = sts_backends[ACCOUNT_ID]["aws"].assume_role(
        region_name=region,
        role_session_name=session_name,
        role_arn=role_arn,
        policy="",
        duration=43_200,
        external_id="",
    )
    _secret_keys[session.access_key_id] = session.secret_access_key
    return {
        "AWS_ACCESS_KEY_ID": session.access_key_id,
        "AWS_SECRET_ACCESS_KEY": session.secret_access_key,
        "AWS_SESSION_TOKEN": session.session_token,
    }


def secret_key(access_key: str) -> str | None:
    """Return the secret key of an access key, ``None`` if the local AWS has not issued it."""
    return _secret_keys.get(access_key)
