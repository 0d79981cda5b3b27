"""Variables of the function may be secret and stay so; any other secret setting is refused."""

from typing import Any

import pulumi
import pytest
from pulumi.output import Output

from infra.settings.loader import load_settings
from infra.settings.table import SETTINGS
from tests.infra.declared import declare_by, defaults

VALUE = "hunter2"


def load_with_secret(key: str, value: object) -> Any:
    loaded: list[Any] = []
    declare_by(
        lambda: loaded.append(load_settings()),
        {**defaults(), f"lmi-streaming:{key}": value, "aws:region": "eu-west-1"},
        secret_keys=[f"lmi-streaming:{key}"],
    )
    return loaded[0]


@pytest.mark.parametrize(
    "key", [setting.key for setting in SETTINGS if setting.key != "environment"]
)
def test_a_setting_that_resources_show_is_not_secret(key: str) -> None:
    with pytest.raises(pulumi.RunError) as refused:
        load_with_secret(key, VALUE)

    assert str(refused.value) == (
        f"lmi-streaming:{key} is marked secret, and the resources that it configures show it. "
        "Allowed: a value in plain text; only values of environment may be secret. "
        f"Fix: pulumi config rm {key}, then pulumi config set {key} VALUE"
    )


def test_variables_that_are_marked_secret_are_secret_outputs() -> None:
    environment = load_with_secret(
        "environment", {"TOKEN": VALUE, "PAGES": "3"}
    ).function.environment

    assert environment.keys() == {"TOKEN", "PAGES"}
    assert all(isinstance(value, Output) for value in environment.values())


@pytest.mark.parametrize("value", [[VALUE], {"TO-KEN": VALUE}, {"TOKEN": {"a": VALUE}}, VALUE])
def test_a_mistake_in_a_secret_never_shows_it(value: object) -> None:
    with pytest.raises(pulumi.RunError) as refused:
        load_with_secret("environment", value)

    assert VALUE not in str(refused.value)
