"""The rules about one response: whose it is, whether it came in time, and that nobody else made it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from counterpart.files.source import Source
from counterpart.findings import Finding, found
from counterpart.sealing.signed import sealed_digest, signed_bytes

#: Whether a signature was made for a message with the private half of a public key.
Verify = Callable[[str, str, bytes], bool]

_OF_A_LINK = ("key", "expires", "certificate", "signature")


def check_response(
    source: Source, mark: str, public: str | None, known: Collection[str], verify: Verify
) -> Iterator[Finding]:
    """A response with the *mark* of its file's name; *public*: the round's link key; *known*: the people."""
    data = source.data
    if data["id"] not in known:
        message = f"There must be an application of everybody named here; there is none of '{data['id']}'."
        yield found("person-unknown", source.locate("id"), message)
        return
    if sealed_digest(data)[7:19] != mark:
        yield found("response-name", source.locate("sealed", key=True), "The name must be that of what is sealed.")
    of_a_link = data.keys() & set(_OF_A_LINK)
    if "by" in data and not of_a_link:
        return
    if "by" in data or len(of_a_link) < len(_OF_A_LINK):
        message = "A response must be signed with a link, or say which coordinator wrote it down."
        yield found("response-unsigned", source.locate("id", key=True), message)
        return
    link = public is not None and verify(public, data["certificate"], signed_bytes("link", data))
    if not link or not verify(data["key"], data["signature"], signed_bytes("response", data)):
        message = "The response must be made with the link of this person and this round."
        yield found("response-signature", source.locate("signature"), message)
    elif data["received"] > data["expires"]:
        message = f"A response must come before its link expires; this link expired at {data['expires']}."
        yield found("response-expired", source.locate("received"), message)
