"""What a proposal is made from, and why somebody has no partner in it: what can be said without the graph."""

from __future__ import annotations

from collections.abc import Mapping

from counterpart.digest import digest
from counterpart.model import Inputs, Proposal
from counterpart.pairing.pool import Pool

#: The version of the rules, criteria and priorities: the same inputs and the same engine give the same bytes.
ENGINE = "1.0"

#: Why somebody is unpaired, in words, by the code that stands in the file.
BECAUSE: Mapping[str, str] = {
    "no-partner-allowed": "the rules leave no possible partner in this round",
    "odd-number": "the number of people is odd, and everybody else has a partner",
    "too-few-partners": "those who could be partners are needed by others who have fewer choices",
}


def inputs(pool: Pool, previous: Proposal | None) -> Inputs:
    """What a proposal for *pool* is made from."""
    return Inputs(
        pool=pool.digest,
        round=pool.round.digest,
        decisions=pool.decisions.digest,
        previous=digest(pairs_of(previous)) if previous else None,
        engine=ENGINE,
    )


def pairs_of(proposal: Proposal) -> list[list[str]]:
    """The proposal's pairs as plain data, sorted: what a digest of it is taken over."""
    return sorted(list(pair.people) for pair in proposal.pairs)
