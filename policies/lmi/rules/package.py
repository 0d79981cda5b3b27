"""The package of a function, and the environment that its files are found in (family GEN)."""

from collections.abc import Iterator
from typing import Final

from ..facts import limits, sources
from ..model.functions import Function
from ..model.packages import package_of
from .rule import Failure, Finding, rule

MB: Final = 1024 * 1024
PRELOADED: Final = "LD_PRELOAD"
NEEDED: Final = {"PATH": ("/var/lang/bin", "/usr/bin"), "PYTHONPATH": ("/var/runtime",)}
"""Folders that Lambda itself puts into these variables, and without which programs do not start."""


@rule(
    "gen-23-search-paths-keep-what-lambda-sets",
    why=(
        "A value replaces Lambda's own, for the runtime, the adapter and extensions alike, and "
        "nothing in it is expanded."
    ),
    fix="Set it in the script that starts the application, where $PATH is expanded.",
    failure=Failure.UNWISE,
    sources=(sources.VARIABLES,),
)
def search_paths_are_kept(function: Function) -> Iterator[Finding]:
    """The environment leaves the search paths of programs and libraries as Lambda needs them."""
    variables = function.variables.or_none() if function.is_managed else None
    if variables is None:
        return
    if variables.text((PRELOADED,)).may_be_set and PRELOADED in variables.names():
        yield function.finding(
            problem=f"The environment sets {PRELOADED}, which loads a library into every process.",
            allowed=f"no {PRELOADED}, or one that only the application's own process gets",
            fix=f"set {PRELOADED} in the script that starts the application",
        )
    is_zip = function.package_type.or_default("Zip") == "Zip"
    for name, folders in NEEDED.items():
        value = variables.text((name,)).or_none()
        missing = [folder for folder in folders if folder not in (value or "").split(":")]
        if not value or not ("$" in value or (is_zip and missing)):
            continue
        lacks = "is not expanded" if "$" in value else f"lacks {' and '.join(missing)}"
        yield function.finding(
            problem=f"The environment sets {name}, and its value {lacks}.",
            allowed=f"a value without $, which keeps {' and '.join(folders)}",
            fix=f"extend {name} in the script that starts the application",
        )


@rule(
    "gen-24-zip-below-50-mb",
    why="The zip is sent inside the request, and Lambda takes no longer one.",
    fix="Leave packages out, or upload the zip to S3 and set s3_bucket and s3_key.",
    failure=Failure.REFUSED,
    sources=(sources.QUOTAS,),
)
def zip_fits_the_request(function: Function) -> Iterator[Finding]:
    """A zip that is uploaded directly is smaller than 50 MB."""
    package = package_of(function.code.or_none()) if function.is_managed else None
    zipped = None if package is None else package.zipped
    if zipped is not None and zipped >= limits.MAX_ZIP_BYTES:
        yield function.finding(
            problem=f"The zip in code has {_mb(zipped)} MB.",
            allowed=f"less than {limits.MAX_ZIP_BYTES // MB} MB",
        )


@rule(
    "gen-25-files-below-250-mb",
    why="Lambda unpacks no more, however small the zip is.",
    fix="Leave packages out, or use an image, which may have 10 GB.",
    failure=Failure.REFUSED,
    sources=(sources.QUOTAS,),
)
def files_fit_the_environment(function: Function) -> Iterator[Finding]:
    """The files of a function's package have less than 250 MB together."""
    package = package_of(function.code.or_none()) if function.is_managed else None
    if package is not None and package.unzipped >= limits.MAX_UNZIPPED_BYTES:
        yield function.finding(
            problem=f"The files in code have {_mb(package.unzipped)} MB together.",
            allowed=f"less than {limits.MAX_UNZIPPED_BYTES // MB} MB, layers included",
        )


def _mb(size: int) -> str:
    return f"{size / MB:.1f}"
