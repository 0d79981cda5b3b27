"""Layers: their versions, and the archives of those that a function has."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from local.lambda_api.errors import not_found
from local.lambda_api.protocol import Members, page, without
from local.lambda_api.state import Layer, Region, Scope, store_package, timestamp


def publish_layer_version(scope: Scope, request: Members) -> Members:
    """Run ``PublishLayerVersion``."""
    package = store_package(scope.code_folder, request["Content"])
    name = _name(request)
    layer = scope.region.layers.setdefault(name, Layer(scope.region.arn(f"layer:{name}")))
    layer.last_number += 1
    layer.versions[layer.last_number] = {
        "Description": "",
        **without(request, "LayerName"),
        "LayerArn": layer.arn,
        "LayerVersionArn": f"{layer.arn}:{layer.last_number}",
        "Version": layer.last_number,
        "CreatedDate": timestamp(),
        "Archive": package.path,
        "Content": {
            "Location": package.path.as_uri(),
            "CodeSha256": package.sha256,
            "CodeSize": package.size,
        },
    }
    return layer.versions[layer.last_number]


def get_layer_version(scope: Scope, request: Members) -> Members:
    """Run ``GetLayerVersion``."""
    return _find(scope, _name(request), request["VersionNumber"])


def get_layer_version_by_arn(scope: Scope, request: Members) -> Members:
    """Run ``GetLayerVersionByArn``."""
    layer_arn, _, number = request["Arn"].rpartition(":")
    return _find(scope, layer_arn.rpartition(":")[2], int(number))


def delete_layer_version(scope: Scope, request: Members) -> Members:
    """Run ``DeleteLayerVersion``; ignore a missing version. Its number is not used again."""
    layer = scope.region.layers.get(_name(request))
    if layer is not None:
        layer.versions.pop(request["VersionNumber"], None)
    return {}


def list_layer_versions(scope: Scope, request: Members) -> Members:
    """Run ``ListLayerVersions``, newest first."""
    layer = scope.region.layers.get(_name(request))
    return page(request, "LayerVersions", _matching(layer, request) if layer else [])


def list_layers(scope: Scope, request: Members) -> Members:
    """Run ``ListLayers``, each with its newest version that matches."""
    layers = [
        {"LayerName": name, "LayerArn": layer.arn, "LatestMatchingVersion": matching[0]}
        for name, layer in scope.region.layers.items()
        if (matching := _matching(layer, request))
    ]
    return page(request, "Layers", layers)


def layer_files(region: Region, arns: Iterable[str]) -> Iterator[Path]:
    """Yield the archives of layer versions; layers of others, such as the adapter's, have none."""
    for arn in arns:
        layer_arn, _, number = arn.rpartition(":")
        layer = region.layers.get(layer_arn.rpartition(":")[2])
        if layer is not None and layer.arn == layer_arn and int(number) in layer.versions:
            yield layer.versions[int(number)]["Archive"]


def _name(request: Members) -> str:
    name: str = request["LayerName"]
    return name.rpartition(":")[2]


def _find(scope: Scope, name: str, number: int) -> Members:
    layer = scope.region.layers.get(name)
    if layer is None or number not in layer.versions:
        raise not_found("The resource you requested does not exist.")
    return layer.versions[number]


def _matching(layer: Layer, request: Members) -> list[Members]:
    """Return the versions for the request's runtime and architecture, newest first."""
    wanted = {
        "CompatibleRuntimes": request.get("CompatibleRuntime"),
        "CompatibleArchitectures": request.get("CompatibleArchitecture"),
    }
    return [
        version
        for version in reversed(layer.versions.values())
        if all(
            value is None or value in version.get(member, []) for member, value in wanted.items()
        )
    ]
