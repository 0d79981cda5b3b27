"""The user's pip configuration as variables for uv, which reads no pip.conf.

Indexes, certificates and proxies of a company are usually configured for pip alone. Packaging and
set-up share this module: it stands here because ``infra`` can be used without ``tools``. Set-up
imports it before anything is installed, so it imports the standard library only.
"""

import ast
import subprocess
from collections.abc import Mapping
from pathlib import Path

_UV_NAMES = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "no-index": "UV_NO_INDEX",
    "trusted-host": "UV_INSECURE_HOST",
    "cert": "SSL_CERT_FILE",
    "client-cert": "SSL_CLIENT_CERT",
    "proxy": "ALL_PROXY",
    "timeout": "UV_HTTP_TIMEOUT",
    "default-timeout": "UV_HTTP_TIMEOUT",
}
# In ascending order of precedence for `pip install`.
_SECTIONS = ("global", "install", ":env:")


def uv_variables(python: Path, environment: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that make uv use the indexes, proxy and certificates that pip uses.

    Variables that the user has set for uv itself are kept.
    """
    settings = _read_settings(python, environment)
    variables = {_UV_NAMES[name]: _for_uv(name, value) for name, value in settings.items() if value}
    if "extra-index-url" in settings:
        # Like pip, take a version from any index that has it; hashes protect every file.
        variables["UV_INDEX_STRATEGY"] = "unsafe-best-match"
    return {name: value for name, value in variables.items() if name not in environment}


def _read_settings(python: Path, environment: Mapping[str, str]) -> dict[str, str]:
    listing = subprocess.run(
        [str(python), "-m", "pip", "--disable-pip-version-check", "config", "list"],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        check=False,  # without pip there is no configuration of it
    ).stdout
    found = dict(line.split("=", 1) for line in listing.splitlines() if "=" in line)
    return {
        name: str(ast.literal_eval(found[key]))
        for section in _SECTIONS
        for name in _UV_NAMES
        if (key := f"{section}.{name}") in found
    }


def _for_uv(name: str, value: str) -> str:
    if name == "find-links":
        # uv refuses a folder that does not exist, pip passes over it.
        places = (place for place in value.split() if "://" in place or Path(place).is_dir())
        return ",".join(places)
    if name == "proxy" and "://" not in value:
        return f"http://{value}"
    return " ".join(value.split())
