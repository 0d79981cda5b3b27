"""The rows of the rule catalogue: what breaking each does, and how sure that is.

`H` is refused, `H?` likely refused, `D` never becomes active, `R` deploys and does not work, `S` is
less secure, `C` costs, `B` is unwise, `-` is a fact without a demand; the digit is the confidence,
from 1 (AWS itself) to 4 (not verified). A row with several kinds may have a rule for each.

`warns` marks rows that by their own words warn, note or advise; `ours` those whose threshold is the
pack's; `demanded` those that the product was asked to enforce.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pulumi_policy import EnforcementLevel

_TABLE: Final = """
MEM-01 H1; MEM-02 H1; MEM-03 H1; MEM-04 H1; MEM-05 H1; MEM-06 H?2 demanded; MEM-07 -;
MEM-08 H2; MEM-09 B1;
CON-01 H1; CON-02 H1 demanded; CON-03 H3; CON-04 -; CON-05 B1; CON-06 B1; CON-07 B1; CON-08 B1;
CON-09 H?1; CON-10 R1 B1 warns; CON-11 B1; CON-12 R1 warns; CON-13 B1; CON-14 B2;
SC-01 H1; SC-02 H2; SC-03 H1; SC-04 -; SC-05 H1; SC-06 H1; SC-07 H1; SC-08 D2; SC-09 D1 ours;
SC-10 B3; SC-11 B3; SC-12 B1; SC-13 R1 warns; SC-14 B1; SC-15 B1; SC-16 B1; SC-17 H1;
SC-18 R1 warns; SC-19 C1; SC-20 -;
CP-01 H1; CP-02 H1; CP-03 H1; CP-04 H1; CP-05 S1; CP-06 B1; CP-07 D4; CP-08 D1 ours; CP-09 H1;
CP-10 H2; CP-11 H1; CP-12 H1; CP-13 B1; CP-14 H2; CP-15 H?2; CP-16 H3; CP-17 C3; CP-18 D2 ours;
CP-19 H1; CP-20 C1; CP-21 B2; CP-22 H1; CP-23 H1; CP-24 H?3; CP-25 H1; CP-26 H1 B3; CP-27 B3;
CP-28 H1; CP-29 H1; CP-30 D1; CP-31 D1 warns; CP-32 D1 warns; CP-33 D1 ours; CP-34 H1;
CP-35 H1; CP-36 H1; CP-37 D1 ours; CP-38 D1; CP-39 -;
FN-01 H1; FN-02 H1; FN-03 H1 B2; FN-04 -; FN-05 H2; FN-06 H2; FN-07 H1 B1; FN-08 B1; FN-09 D1;
FN-10 H?2; FN-11 B4; FN-12 H?3; FN-13 H1; FN-14 H1 D1 R1; FN-15 H2; FN-16 H1; FN-17 H?3;
FN-18 H?4; FN-19 B1; FN-20 B1; FN-21 R1; FN-22 H1; FN-23 S1; FN-24 -; FN-25 H1 B1 ours;
FN-26 B1; FN-27 H1; FN-28 R1; FN-29 D1;
PUB-01 R1; PUB-02 -; PUB-03 R1; PUB-04 H1; PUB-05 R1; PUB-06 H?3; PUB-07 C1; PUB-08 R1 H1;
PUB-09 H1; PUB-10 B2; PUB-11 R1; PUB-12 R1 H1; PUB-13 D1; PUB-14 B1; PUB-15 H1;
URL-01 H1; URL-02 H1; URL-03 R3; URL-04 R1; URL-05 R1; URL-06 R1; URL-07 R2; URL-08 B1;
URL-09 R1; URL-10 R1 warns; URL-11 -; URL-12 S1; URL-13 R1; URL-14 S3; URL-15 R1;
NET-01 R1; NET-02 -; NET-03 R1; NET-04 R1; NET-05 R1; NET-06 R1; NET-07 R1; NET-08 D1;
NET-09 R1; NET-10 R1; NET-11 S2; NET-12 B1; NET-13 S1 R3; NET-14 -; NET-15 R3; NET-16 R3;
NET-17 B1; NET-18 B1;
IAM-01 D1; IAM-02 D1; IAM-03 D1; IAM-04 S3; IAM-05 D1; IAM-06 H1; IAM-07 S1; IAM-08 S4;
IAM-09 S1 B1; IAM-10 D4; IAM-11 R1; IAM-12 D3;
Q-01 H1; Q-02 H1; Q-03 D1 warns; Q-04 H1; Q-05 C1; Q-06 H1;
SEC-01 S1; SEC-02 S1; SEC-03 S1; SEC-04 B1; SEC-05 B1;
COST-01 C1; COST-02 C1; COST-03 C3; COST-04 C1; COST-05 C2; COST-06 -;
GPU-01 H1; GPU-02 H1; GPU-03 H1; GPU-04 H1; GPU-05 D3; GPU-06 H3; GPU-07 H1;
TEL-01 H1; TEL-02 H1; TEL-03 R1; TEL-04 C3; TEL-05 R1;
TAG-01 H1; TAG-02 H1; TAG-03 H1; TAG-04 B3; TAG-05 B1;
SCH-01 B1;
"""

STOPPING: Final = ("H", "D", "R")


@dataclass(frozen=True)
class Row:
    """One row: its kinds, each a class with a confidence, and its mark."""

    kinds: tuple[str, ...]
    mark: str | None

    def level(self, kind: str) -> EnforcementLevel:
        """Return the level that a rule of this row has for one of its kinds."""
        failure, confidence = kind[:-1], int(kind[-1])
        if confidence == 4:
            return EnforcementLevel.DISABLED
        stops = failure in STOPPING and confidence <= 2 and self.mark not in ("warns", "ours")
        if stops or self.mark == "demanded":
            return EnforcementLevel.MANDATORY
        return EnforcementLevel.ADVISORY


def _row(words: Sequence[str]) -> Row:
    marks = [word for word in words if word in ("warns", "ours", "demanded")]
    kinds = tuple(word for word in words if word not in marks and word != "-")
    return Row(kinds, marks[0] if marks else None)


CATALOGUE: Final = {
    words[0]: _row(words[1:]) for entry in _TABLE.split(";") if (words := entry.split())
}
"""Rows by their ids, theme by theme."""
