"""What the service answers is what its OpenAPI document promises, for any request."""

from typing import Any

from hypothesis import HealthCheck, given, settings, strategies

from app.main import create_app


def test_no_request_fails_or_gets_a_status_that_is_not_documented(url: str) -> None:
    # It takes seconds to import, which every worker would do that collects this file.
    import schemathesis  # noqa: PLC0415

    # Untyped, since the library's types are known in part only.
    openapi: Any = schemathesis.openapi
    # The committed local stack does not serve it.
    document = openapi.from_asgi("/openapi.json", create_app()).raw_schema

    operations = [found.ok() for found in openapi.from_dict(document).get_all_operations()]
    answered = {operation.label: statuses(operation, url) for operation in operations}

    assert answered["GET /"] == answered["GET /health"] == {200}
    assert answered["POST /api/chat"] >= {200, 422}


def statuses(operation: Any, url: str) -> set[int]:
    """Send what the document gives as examples, what it allows, and what it does not allow."""
    from schemathesis import GenerationMode  # noqa: PLC0415

    answered: set[int] = set()
    cases: list[strategies.SearchStrategy[Any]] = operation.get_strategies_from_examples()
    cases += [operation.as_strategy(generation_mode=mode) for mode in GenerationMode]

    @settings(
        max_examples=15,
        # An operation without parameters has nothing that is not allowed.
        suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
    )
    @given(case=strategies.one_of(cases))
    def check(case: Any) -> None:
        status = case.call(url).status_code
        assert str(status) in operation.definition.raw["responses"], case.as_curl_command()
        answered.add(status)

    check()
    return answered
