"""Configuration by ``--policy-pack-config``: exemptions, and mistakes in the file itself."""

from pathlib import Path

import pytest

from policies.lmi.check_config import main, mistakes_in
from testing.policies.support import ALIAS, FUNCTION, Json, Res
from tests.policies.conftest import Analyze
from tests.policies.judging import judge, names
from tests.policies.stacks import function, sized

MEM_06 = "mem-06-exact-ratio-multiple"
PUB_08 = "pub-08-alias-on-published-code"


FILES = "con-11-file-descriptors-for-each-request"


def exempting(rule: str, **exemption: str) -> dict[str, Json]:
    return {rule: {"exemptions": [exemption]}}


def reports(policy: str, *resources: Res, config: dict[str, Json]) -> list[str]:
    return [found.message for found in judge(*resources, config=config) if found.policy == policy]


@pytest.mark.parametrize(
    ("pattern", "until", "rules"),
    [
        ("api", None, {"pack-exemptions"}),
        ("a*", None, {"pack-exemptions"}),
        ("*aws:lambda/function:Function::api", None, {"pack-exemptions"}),
        ("api", "2999-12-31", {"pack-exemptions"}),
        ("api", "2001-01-01", {"mem-06", "pack-configuration"}),  # has ended
        ("apo", None, {"mem-06", "pack-configuration"}),  # covers nothing
        ("ap[i]", None, {"mem-06", "pack-configuration"}),  # only * is special
        ("a?i", None, {"mem-06", "pack-configuration"}),
        ("*pi", None, {"pack-exemptions"}),
        ("API", None, {"mem-06", "pack-configuration"}),
    ],
)
def test_an_exemption_covers_its_resources_until_it_expires(
    pattern: str, until: str | None, rules: set[str]
) -> None:
    exemption = {"resource": pattern, "reason": "a trial"} | ({"until": until} if until else {})
    assert names(sized(6144, 4), config=exempting(MEM_06, **exemption)) == rules


@pytest.mark.parametrize("name", ["fn[0]", "fn[a-z]", "fn.0", "fn?", "a+b", "(x)"])
def test_an_exemption_takes_names_as_they_are(name: str) -> None:
    one = Res(FUNCTION, name, sized(6144, 4).inputs)
    config = exempting(MEM_06, resource=name, reason="a trial")
    assert names(one, config=config) == {"pack-exemptions"}


def test_all_exemptions_take_one_line() -> None:
    several = [Res(FUNCTION, f"f{number}", sized(6144, 4).inputs) for number in range(3)]
    config = exempting(MEM_06, resource="f*", reason="a trial")
    assert len(reports("pack-exemptions-in-force", *several, config=config)) == 1


def test_an_exemption_is_shown_with_its_reason_and_end() -> None:
    config = exempting(MEM_06, resource="api", reason="a trial", until="2999-12-31")
    (text,) = reports("pack-exemptions-in-force", sized(6144, 4), config=config)
    assert text == f"Not reported: {MEM_06} for api until 2999-12-31 (a trial)."


def test_an_exemption_is_not_shown_where_nothing_is_wrong() -> None:
    config = exempting(MEM_06, resource="api", reason="a trial")
    assert names(sized(4096, 4), config=config) == set()


def test_an_exemption_holds_for_one_rule_only() -> None:
    config = exempting(MEM_06, resource="*", reason="a trial")
    assert names(sized(6144, 4, 129), config=config) == {"con-02", "pack-exemptions"}


def test_rules_about_the_stack_grant_exemptions_too() -> None:
    alias = Res(ALIAS, "live", {"functionName": "api", "functionVersion": "$LATEST"})
    config = exempting(PUB_08, resource="live", reason="nobody calls it")
    assert names(function(), alias, config=config) == {"pack-exemptions"}


def test_a_misspelt_property_is_reported_with_the_nearest_one() -> None:
    config: dict[str, Json] = {"con-11-file-descriptors-for-each-request": {"exemption": []}}
    (text,) = reports("pack-configuration-understood", function(), config=config)
    assert 'there is no property "exemption"; did you mean "exemptions"?' in text


@pytest.mark.parametrize(
    ("config", "mistake"),
    [
        ({"mem-06-exact-ratio-multiples": "advisory"}, f'did you mean "{MEM_06}"?'),
        ({"MEM-06": "advisory"}, f'did you mean "{MEM_06}"?'),
        ({MEM_06: "mandatry"}, "the level has to be one of"),
        ({MEM_06: 3}, "the level has to be one of"),
        ({MEM_06: {"enforcementLevel": "off"}}, "enforcementLevel has to be one of"),
        ({MEM_06: {"exemptons": []}}, 'did you mean "exemptions"?'),
        ([], "an object"),
        ({"version": 3, "policies": {}}, "the version has to be 2"),
        ({"version": 2, "policy": {}}, 'did you mean "policies"?'),
        ({"version": 2, "policies": []}, "policies has to be an object"),
        ({"version": 2, "policies": {"mem-6": "advisory"}}, "there is no policy"),
        (exempting(MEM_06, resource="api"), "an entry of exemptions needs reason"),
        (exempting(MEM_06, resource="api", reason=""), "reason has to be a text"),
        (exempting(MEM_06, resource="api", reason=" "), "reason has to be a text"),
        (exempting(MEM_06, reason="a trial"), "an entry of exemptions needs resource"),
        (exempting(MEM_06, resource="api", reason="x", until="2026-02-30"), "day of the calendar"),
        (exempting(MEM_06, resource="api", reason="x", until="20270131"), "day of the calendar"),
        ({MEM_06: {"exemptions": {}}}, "exemptions has to be a list"),
        ({MEM_06: {"exemptions": ["api"]}}, "an entry of exemptions has to be an object"),
        ({FILES: {"fileDescriptorsPerRequest": "16"}}, "a whole number"),
        ({FILES: {"fileDescriptorsPerRequest": 1.5}}, "a whole number"),
        ({FILES: {"fileDescriptorsPerRequest": True}}, "a whole number"),
        ({FILES: {"fileDescriptorsPerRequest": -1}}, "a whole number"),
    ],
)
def test_the_checker_finds_what_the_engine_accepts(config: object, mistake: str) -> None:
    (found,) = mistakes_in(config)
    assert mistake in found


def test_the_checker_accepts_what_is_right() -> None:
    config = {
        "all": "advisory",
        "environments": ["team/policies"],
        MEM_06: "disabled",
        "pack-exemptions-in-force": "disabled",
        "con-11-file-descriptors-for-each-request": {
            "enforcementLevel": "mandatory",
            "fileDescriptorsPerRequest": 16,
            "exemptions": [{"resource": "api", "reason": "a trial"}],
        },
    }
    assert mistakes_in(config) == []
    assert mistakes_in({"version": 2, "policies": config, "exceptions": []}) == []


def test_the_checker_names_the_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "policy-config.json"
    file.write_text('{"mem-6": "advisory"}')
    assert main([str(file)]) == 1
    assert "policy-config.json: there is no policy" in capsys.readouterr().err
    file.write_text("{}")
    assert main([str(file)]) == 0
    for text in ("no JSON", "[" * 100_000):
        file.write_text(text)
        assert main([str(file)]) == 1
        assert "policy-config.json: cannot be read as JSON: " in capsys.readouterr().err
    file.write_text(f'{{"all": "advisory", "{MEM_06}": "mandatory", "{MEM_06}": "disabled"}}')
    assert main([str(file)]) == 1
    assert f'policy-config.json: cannot be read as JSON: the key "{MEM_06}" is repeated' in (
        capsys.readouterr().err
    )
    assert main([str(tmp_path / "missing")]) == 1
    assert main([]) == 2


def test_the_engine_demands_a_reason_and_a_day_of_the_calendar(analyze: Analyze) -> None:
    exemptions = [
        {"resource": "api"},
        {"resource": "b", "reason": "a trial", "until": "2026-02-30"},
        {"resource": "c", "reason": " "},
    ]
    done = analyze(sized(6144, 4), config={MEM_06: {"exemptions": exemptions}})
    assert done.returncode != 0
    assert "exemptions.0: reason is required" in done.stderr
    assert "exemptions.1.until: Does not match format 'date'" in done.stderr
    assert "exemptions.2.reason: Does not match pattern" in done.stderr


def test_an_exempt_violation_is_information_under_the_engine(analyze: Analyze) -> None:
    """It stops nothing, even where ``all`` makes every policy mandatory."""
    exempt = exempting(MEM_06, resource="api", reason="a trial", until="2999-12-31")
    done = analyze(sized(6144, 4), config={"all": "mandatory", **exempt})
    assert done.returncode == 0, done.stdout + done.stderr
    assert "[advisory] [severity: low]  pack-exemptions-in-force" in done.stdout
    assert "for api until 2999-12-31 (a trial)" in done.stdout
