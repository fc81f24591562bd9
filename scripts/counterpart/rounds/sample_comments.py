"""What stands above the keys of a made-up round's settings, and goes where a real round is made from it."""

from __future__ import annotations

from collections.abc import Iterable

#: What a coordinator should know about each part of ``round.yaml``; written above it.
COMMENTS = {
    "format": "A made-up round. Everybody in it is fictional, and its sealed parts protect nothing:\n"
    "the keys that open them are part of Counterpart.",
    "zone": "The dates below are days in this time zone.",
    "calendar": "From the first day to the last. 'applications-close' is the last day on which one can apply.",
    "topics": "What applicants may name as their interests.",
    "career_stages": "Stages with neighbouring steps are similar. A stage beside the scale states its distances.",
    "draw": "Decides among equally good pairings. Fixed before applications open, so that nobody can choose.",
    "code_of_conduct": "The version that applicants accept.",
    "sample": "Everybody in this round is made up. Only such a round may be sealed to the demonstration keys.",
    "recipients": "Whoever holds the private half of one of these can open the sealed parts.",
    "country_cap": "Here one country is larger than the usual 20 per cent, and nobody is asked to wait.",
}


def without_comments(text: str, keys: Iterable[str]) -> str:
    """The *text* of settings without what a sample says above some of its *keys*: it is true of samples alone."""
    for key in keys:
        said = "".join(f"# {line}\n" for line in COMMENTS[key].split("\n"))
        text = text.replace(f"{said}\n", "").replace(said, "")
    return text
