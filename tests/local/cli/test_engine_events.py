"""What ``make up`` says of an engine run follows from the engine's own events."""

import json
from pathlib import Path
from typing import Any

from local.cli.engine_events import PLANNED, EngineRun

URN = (
    "urn:pulumi:local::lmi-streaming::lmi-streaming:infra:Service$aws:lambda/function:Function::api"
)


def run_of(folder: Path, *events: dict[str, Any], tail: str = "") -> EngineRun:
    log = folder / "events.jsonl"
    log.write_text("".join(f"{json.dumps(event)}\n" for event in events) + tail)
    return EngineRun(log)


def changed(operation: str) -> dict[str, Any]:
    return {"resOutputsEvent": {"metadata": {"op": operation, "urn": URN}}}


def summarized(**operations: int) -> dict[str, Any]:
    return {"summaryEvent": {"resourceChanges": operations}}


def found(level: str) -> dict[str, Any]:
    return {
        "policyEvent": {
            "resourceUrn": URN,
            "enforcementLevel": level,
            "policyName": "mem-06-exact-ratio-multiple",
            "message": "memory_size is 3000 MB.\nAllowed: 2048 or 4096 MB.\n",
        }
    }


def test_a_change_is_counted_and_named(tmp_path: Path) -> None:
    run = run_of(tmp_path, changed("same"), changed("update"), summarized(update=1, same=38))

    assert run.summary() == "1 updated, 38 unchanged"
    assert run.named_changes() == ["updated aws:lambda/function:Function api"]
    assert run.errors == []


def test_a_preview_says_what_would_change(tmp_path: Path) -> None:
    log = tmp_path / "events.jsonl"
    events = (changed("update"), summarized(create=1, update=1, delete=2, same=35))
    log.write_text("\n".join(map(json.dumps, events)))

    run = EngineRun(log, PLANNED)

    assert run.summary() == "1 to create, 1 to update, 2 to delete, 35 unchanged"
    assert run.named_changes() == ["to update aws:lambda/function:Function api"]


def test_a_replacement_is_counted_once(tmp_path: Path) -> None:
    steps = [changed(step) for step in ("create-replacement", "replace", "delete-replaced")]

    run = run_of(tmp_path, *steps, summarized(replace=1, same=38))

    assert run.summary() == "1 replaced, 38 unchanged"
    assert run.named_changes() == ["replaced aws:lambda/function:Function api"]


def test_many_changes_are_counted_only(tmp_path: Path) -> None:
    run = run_of(tmp_path, *[changed("create")] * 39, summarized(create=39))

    assert run.summary() == "39 created"
    assert run.named_changes() == []


def test_mandatory_findings_are_errors_in_full_and_others_are_counted(tmp_path: Path) -> None:
    run = run_of(tmp_path, found("mandatory"), found("advisory"), found("advisory"))

    assert run.advisories == 2
    assert run.errors == [
        "[mandatory] mem-06-exact-ratio-multiple  (aws:lambda/function:Function api)\n"
        "    memory_size is 3000 MB.\n    Allowed: 2048 or 4096 MB."
    ]


def test_an_error_names_its_resource(tmp_path: Path) -> None:
    error = {"severity": "error", "message": "it did not come up\n"}
    of_resource = {"diagnosticEvent": {**error, "urn": URN}}
    chatter = {"diagnosticEvent": {"severity": "info", "message": "Packaging app/"}}

    run = run_of(tmp_path, chatter, of_resource, {"diagnosticEvent": error})

    assert run.errors == [
        "aws:lambda/function:Function api: it did not come up",
        "it did not come up",
    ]


def test_the_events_of_an_engine_that_was_killed_count_as_far_as_they_go(tmp_path: Path) -> None:
    run = run_of(tmp_path, changed("update"), tail='{"summaryEvent": {"resourc')

    assert run.summary() == "no resources"
    assert run.named_changes() == ["updated aws:lambda/function:Function api"]


def test_an_engine_that_did_not_start_left_nothing(tmp_path: Path) -> None:
    run = EngineRun(tmp_path / "none.jsonl")

    assert (run.summary(), run.errors, run.advisories) == ("no resources", [], 0)


def test_a_warning_is_named_and_is_no_error(tmp_path: Path) -> None:
    warning = {"severity": "warning", "message": "the local AWS does not know it\n", "urn": URN}
    run = run_of(tmp_path, {"diagnosticEvent": warning}, summarized(create=1))

    assert run.warnings == ["aws:lambda/function:Function api: the local AWS does not know it"]
    assert run.errors == []
