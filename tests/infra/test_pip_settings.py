"""uv uses the indexes, proxy and certificates that the user configured for pip."""

import os
import sys
from pathlib import Path

from infra.wheels import uv_variables

PIP_CONF = """
[global]
index-url = https://packages.example.com/simple
cert = {folder}/company.pem
find-links = {folder}/absent {folder}
[install]
extra-index-url =
    https://one.example.com/simple
    https://two.example.com/simple
proxy = proxy.example.com:3128
"""


def variables_for(tmp_path: Path, **environment: str) -> dict[str, str]:
    conf = tmp_path / "pip.conf"
    conf.write_text(PIP_CONF.format(folder=tmp_path))
    kept = {"PATH": os.environ["PATH"], "PIP_CONFIG_FILE": str(conf)}
    return uv_variables(Path(sys.executable), {**kept, **environment})


def test_uv_gets_the_settings_of_pip_conf_and_variables(tmp_path: Path) -> None:
    assert variables_for(tmp_path, PIP_INDEX_URL="https://mine.example.com/simple") == {
        "UV_DEFAULT_INDEX": "https://mine.example.com/simple",
        "UV_INDEX": "https://one.example.com/simple https://two.example.com/simple",
        "UV_INDEX_STRATEGY": "unsafe-best-match",
        "UV_FIND_LINKS": str(tmp_path),
        "SSL_CERT_FILE": f"{tmp_path}/company.pem",
        "ALL_PROXY": "http://proxy.example.com:3128",
    }


def test_variables_of_uv_itself_are_kept(tmp_path: Path) -> None:
    variables = variables_for(tmp_path, UV_DEFAULT_INDEX="https://uv.example.com/simple")
    assert "UV_DEFAULT_INDEX" not in variables
