"""What one more service costs a preview, when a capacity provider has ten already."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from bench.engine import compiling_checkout, new_project, preview
from bench.results import Table
from testing.checkout import Checkout
from testing.wheel import build_wheel, fresh_environment

SERVICES: Final = (0, 10, 20)
ROUNDS: Final = 7

_EXAMPLE: Final = "docs/examples/two-services"
_TWO_SERVICES: Final = "# Many streams that wait"
"""Where the example's own services begin; before it are the network, the provider and ``serve``."""
_MORE_SERVICES: Final = """\
for place in range({count}):
    FunctionUrl(
        f"service-{{place}}",
        FunctionUrlArgs(
            service=serve(f"service-{{place}}", FunctionSettings(), max_environments=10),
            url=UrlSettings(auth=auth),
        ),
    )
"""


def run() -> Iterator[Table]:
    """Preview the example's network and capacity provider with ever more services."""
    with compiling_checkout() as checkout:
        started = checkout.local("env")
        assert started.returncode == 0, started.stderr
        yield _compare(checkout, [_project(checkout, services) for services in SERVICES])


def _project(checkout: Checkout, services: int) -> Path:
    """Write the example again, with so many services in place of its two."""
    folder = checkout.folder.with_name(f"of-{services}")
    example = checkout.folder / _EXAMPLE
    shared, marker, _ = (example / "__main__.py").read_text().partition(_TWO_SERVICES)
    assert marker
    shared = shared.replace('"../../../app"', repr(str(checkout.folder / "app")))
    files = {name: (example / name).read_text() for name in ("Pulumi.yaml", "Pulumi.local.yaml")}
    files["__main__.py"] = shared + _MORE_SERVICES.format(count=services)
    new = new_project(checkout, folder, files)
    fresh_environment(folder / ".venv", build_wheel(folder / "dist"))
    return new


def _compare(checkout: Checkout, projects: list[Path]) -> Table:
    pack = checkout.folder / "policies"
    for project in projects:
        preview(checkout, project, pack)  # compiles, and packages
    rounds = [[preview(checkout, project, pack) for project in projects] for _ in range(ROUNDS)]
    # What else the machine does only ever adds, so the least of all rounds is nearest.
    none, ten, twenty = (min(cost.cpu for cost in size) for size in zip(*rounds, strict=True))
    return Table(
        "What a service adds to a preview",
        ("services", "CPU of each, s"),
        {"1 to 10": [(ten - none) / 10], "11 to 20": [(twenty - ten) / 10]},
    )
