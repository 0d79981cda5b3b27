"""Clients of the local AWS take nothing from the user's variables and files."""

from pathlib import Path

import pytest

from local.account import ACCESS_KEY
from local.aws_client import AwsClients, own_session


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("AWS_PROFILE", "of-another-machine"),
        ("AWS_CONFIG_FILE", "damaged"),
        ("AWS_SHARED_CREDENTIALS_FILE", "damaged"),
        ("AWS_SECRET_ACCESS_KEY", "of another account"),
    ],
)
def test_what_is_set_for_aws_itself_changes_nothing(
    variable: str, value: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "damaged").write_text("[profile\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(variable, value)
    own_session.cache_clear()

    client = AwsClients("http://127.0.0.1:1").get("sts", "eu-west-1")

    assert client.meta.endpoint_url == "http://127.0.0.1:1"
    assert own_session().get_credentials().access_key == ACCESS_KEY
