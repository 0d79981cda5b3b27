"""The ids of everything that is known to matter on LMI, and why some of them have no rule.

Every id is a rule of ``rules`` or has its reason here. Rules on general practice (``GEN``) are the
pack's own and are not counted.
"""

from typing import Final

NOT_CHECKED: Final = {
    "MEM-07": "How vCPUs follow from memory and ratio: the other rules use it.",
    "MEM-08": "MEM-02 and MEM-03 together leave no function with more than 16 vCPU.",
    "MEM-09": (
        "The memory quota of a young account is not visible; messages that advise more than "
        "3008 MB mention it."
    ),
    "SC-04": "A default maximum, which does not exist.",
    "SC-08": "What an environment needs while it starts is not visible.",
    "SC-14": "How fast requests grow is not visible.",
    "SC-15": "How long publishing takes, and so which create timeout is enough, is not visible.",
    "SC-19": "What a deletion does.",
    "SC-20": "What makes AWS publish.",
    "CP-30": "What replaces a provider: the preview itself shows replacements.",
    "CP-38": "The states of a provider, which no program sets.",
    "CP-39": "How the instances appear in EC2, which no program sets.",
    "FN-01": "A policy sees the new inputs only, not whether the block was there before.",
    "FN-04": "Images are supported; the other rules leave their runtime alone.",
    "FN-09": "How long a function takes to start is not visible.",
    "FN-20": "Throughput is not visible.",
    "FN-24": "No constraint was found.",
    "FN-28": "PUB-01 reports functions that publish nothing.",
    "FN-29": "How to recover from a failed creation.",
    "URL-08": "How much a response holds is not visible.",
    "URL-11": "API Gateway streams too, unlike what older pages say.",
    "URL-15": "Callers inside a VPC are not visible.",
    "PUB-02": "What an invocation without qualifier means: PUB-03 uses it.",
    "PUB-05": "PUB-01 reports every function that does not publish, with publish_to or without.",
    "PUB-06": "Functions without a capacity provider get no rule from here.",
    "PUB-10": "Both versions of a weighted alias need capacity; see SC-09 and SC-10.",
    "PUB-13": "Why publishing may fail later.",
    "PUB-14": "When AWS publishes nothing.",
    "Q-01": "Other capacity providers of the account are not visible.",
    "Q-06": "CP-19 reports more than 15000 vCPU; the account's EC2 limits are CP-33's.",
    "SEC-03": "Whether a key of one's own is demanded is each team's decision.",
    "SEC-04": "What a name reveals to its readers cannot be computed.",
    "SEC-05": (
        "Whether code shares state between requests is inside the package; a note on every "
        "function of the runtimes that share it could not be answered by any change of the stack."
    ),
    "COST-03": "SC-09, SC-10 and CP-37 state what runs all the time in their messages.",
    "COST-04": "PUB-07 reports versions that pile up.",
    "COST-05": "What Lambda costs today is not visible.",
    "COST-06": "Sources contradict each other, so neither lifetime is encoded.",
    "GPU-06": "CP-14 refuses g5g with every other family that LMI does not offer.",
    "TEL-03": "IAM-11 reports it.",
    "TAG-05": "Running instances keep their tags.",
    "IAM-05": "A role that Lambda makes for itself.",
    "IAM-06": "What the deploying identity may do is not visible.",
    "NET-02": "When endpoints are needed: NET-01 and NET-03 to NET-05 follow it.",
    "NET-14": "Which endpoints starting a function does not need.",
    "NET-15": (
        "Network ACLs are lists in an order, often made outside the stack; whether they pass "
        "answers depends on all entries."
    ),
    "NET-18": "How long a connection stays silent is not visible.",
    "CON-04": "A correction of the wording of an API page.",
    "CON-13": "How LMI admits requests: clients have to retry a 429.",
}
"""Reasons by catalogue id."""
