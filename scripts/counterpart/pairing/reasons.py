"""The reasons for decisions, as codes and in words."""

from __future__ import annotations

from collections.abc import Mapping

#: The reasons that the review page offers, by kind of decision: code -> words. A file may hold other codes.
REASONS: Mapping[str, Mapping[str, str]] = {
    "pin": {
        "asked-for-each-other": "they asked for each other",
        "common-project": "they want to work on one thing",
        "coordinator-knows-both": "a coordinator knows both and sees a reason",
        "keep-as-reviewed": "the pair was read and is good",
    },
    "forbid": {
        "conflict-of-interest": "one depends on the other, or decides about the other",
        "know-each-other": "they know each other well already",
        "earlier-difficulty": "there was a difficulty between them",
        "poor-fit": "a coordinator sees that it would not work",
    },
    "remove": {
        "withdrew": "they told a coordinator that they withdraw",
        "no-answer": "they do not answer",
        "conduct": "the code of conduct",
        "not-eligible": "they may not take part",
    },
}
