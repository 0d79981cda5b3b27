"""GPU rules: accelerators, which only aws-native can ask for."""

import pytest

from testing.policies.support import UNKNOWN, Json, Res
from tests.policies.judging import SILENT, names
from tests.policies.native import native_function, native_provider


def accelerated(size: object = 24, **changes: object) -> Res:
    """Return a function with an accelerator that every rule accepts, but for the changes."""
    image: Json = {"packageType": "Image", "runtime": None, "handler": None, "layers": None}
    config = {"acceleratorMemorySize": size}
    return native_function(**{**image, "acceleratorConfig": config, **changes})


@pytest.mark.parametrize(
    ("size", "rules"),
    [
        *[(size, SILENT) for size in (3, 6, 12, 16, 24, 48)],
        *[(size, {"gpu-01"}) for size in (0, 2, 4, 13, 25, 49)],
        (UNKNOWN, SILENT),
        ("24", SILENT),
    ],
)
def test_devices_have_certain_sizes(size: object, rules: set[str]) -> None:
    assert names(accelerated(size)) == rules


@pytest.mark.parametrize(
    ("changes", "rules"),
    [
        # GPU-02: a capacity provider
        ({"capacityProviderConfig": None}, {"gpu-02"}),
        ({"capacityProviderConfig": UNKNOWN}, SILENT),
        # GPU-03: an image
        ({"packageType": "Zip"}, {"gpu-03"}),
        ({"packageType": None}, {"gpu-03"}),
        ({"packageType": UNKNOWN}, SILENT),
        # GPU-04: x86_64
        ({"architectures": ["arm64"]}, {"gpu-04"}),
        ({"architectures": None}, SILENT),
        ({"architectures": [UNKNOWN]}, SILENT),
        # GPU-07: more storage
        ({"ephemeralStorage": {"size": 32768}}, SILENT),
        ({"ephemeralStorage": {"size": 32769}}, {"fn-16"}),
        ({"acceleratorConfig": None, "ephemeralStorage": {"size": 10240}}, SILENT),
        ({"acceleratorConfig": None, "ephemeralStorage": {"size": 10241}}, {"gpu-07"}),
        ({"acceleratorConfig": None, "ephemeralStorage": {"size": 32769}}, {"gpu-07"}),
        ({"acceleratorConfig": None, "ephemeralStorage": {"size": 511}}, {"fn-16"}),
        ({"acceleratorConfig": UNKNOWN, "ephemeralStorage": {"size": 10241}}, SILENT),
        ({"acceleratorConfig": None, "ephemeralStorage": {"size": UNKNOWN}}, SILENT),
    ],
)
def test_what_goes_with_an_accelerator(changes: Json, rules: set[str]) -> None:
    assert names(accelerated(**changes)) - {"url-05"} == rules
    assert "cp-10" not in names(accelerated(**changes), native_provider())  # GPU-04 tells it


@pytest.mark.parametrize(
    ("size", "types", "rules"),
    [
        (12, ["g6f.xlarge"], SILENT),
        (12, ["gr6f.4xlarge"], SILENT),
        (12, ["g6.xlarge"], {"gpu-05"}),
        (16, ["g4dn.xlarge"], SILENT),
        (16, ["g5.xlarge"], {"gpu-05"}),
        (24, ["c7i.xlarge", "g5.xlarge"], SILENT),
        (24, ["g6e.xlarge"], {"gpu-05"}),
        (48, ["g6e.xlarge"], SILENT),
        (24, ["g6e.xlarge", "g*"], SILENT),  # too open to tell
        (24, ["g6e.xlarge", UNKNOWN], SILENT),
        (UNKNOWN, ["c7i.xlarge"], SILENT),
        (24, [], SILENT),
    ],
)
def test_some_type_has_the_device(size: object, types: list[object], rules: set[str]) -> None:
    requirements = {"architectures": ["x86_64"], "allowedInstanceTypes": types}
    pool = native_provider(instanceRequirements=requirements)
    assert names(accelerated(size), pool) & {"gpu-05"} == rules
