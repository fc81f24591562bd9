"""Check a proposal and its certificate against the applications and the roll, without trusting either.

Nothing here, nor anything that it imports, has seen the solver.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from counterpart.digest import digest
from counterpart.matching import Verdict, verify
from counterpart.model import Proposal, two_by_two
from counterpart.pairing.certificate_file import certificate_from, inputs_data
from counterpart.pairing.graph import PRIORITIES, PoolGraph
from counterpart.pairing.inputs import ENGINE, pairs_of
from counterpart.pairing.pairs import matching_pairs, with_points
from counterpart.pairing.pool import Pool

#: What can be wrong with a proposal: the rule's id -> what to do.
RULES: Mapping[str, str] = {
    "proposal-outdated": "Run 'counterpart match' again: what the proposal was made from has changed since.",
    "proposal-engine": "Run 'counterpart match' again with this version, or verify with the version it names.",
    "proposal-person": "Run 'counterpart match' again, or correct the pairs: each admitted person must stand in "
    "the file once.",
    "proposal-pair-barred": "Undo this pair: a rule is never traded.",
    "proposal-three": "Undo this three, or set 'threes: allowed' in the round's file.",
    "proposal-pin": "Put the pinned pair back, or take the pin out of the decisions.",
    "proposal-reason": "Write the reason that is given here, or run 'counterpart match' again: e-mails tell it.",
    "proposal-points": "Run 'counterpart match' again; points are computed, never written by hand.",
    "certificate-missing": "Run 'counterpart match' again: the proposal has no proof.",
    "certificate-form": "Run 'counterpart match' again; a certificate is never written by hand.",
    "certificate-other": "Run 'counterpart match' again: the certificate belongs to another proposal.",
    "certificate-false": "Run 'counterpart match' again, and ask who changed the certificate.",
    "proposal-not-best": "Run 'counterpart match' again, or say under 'overrule' in the decisions who decided "
    "this and why.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is wrong: the rule's id, a sentence, and whether it is in the certificate's file."""

    rule: str
    message: str
    in_certificate: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """What the check found. ``verdict`` is None where the pairs are no pairing that could be weighed.

    ``changed_by_hand``: the pairs are not those that the certificate was written with.
    """

    faults: tuple[Fault, ...]
    verdict: Verdict | None
    changed_by_hand: bool


def audit(pool: Pool, proposal: Proposal, certificate: Any | None) -> Audit:
    """Check *proposal* and the data of its *certificate* (None: there is none) over all allowed pairs."""
    graph = PoolGraph(pool, columns=len(PRIORITIES))
    faults = [*_inputs(pool, proposal), *_people(pool, proposal)]
    changed = False
    if certificate is None:
        faults.append(Fault(rule="certificate-missing", message="There is no certificate beside the proposal."))
    elif isinstance(certificate, dict):
        changed = certificate.get("proposal") != digest(pairs_of(proposal))
        faults += _claims(pool, proposal, certificate)
    if faults:
        return Audit(faults=tuple(faults), verdict=None, changed_by_hand=changed)
    faults += [*_pairs(pool, proposal, graph), *_reasons(proposal, graph), *_points(proposal, graph)]
    read = certificate_from(certificate, pool.ids)
    if isinstance(read, str):
        faults.append(_about("certificate-form", f"The certificate cannot be read: {read}"))
        return Audit(faults=tuple(faults), verdict=None, changed_by_hand=changed)
    if any(fault.rule == "proposal-pair-barred" for fault in faults):
        return Audit(faults=tuple(faults), verdict=None, changed_by_hand=changed)
    mates = [-1] * graph.n
    for a, b in matching_pairs(proposal, graph):
        mates[graph.place[a]], mates[graph.place[b]] = graph.place[b], graph.place[a]
    verdict = verify(graph, mates, read)
    if verdict.problem:
        verdict = replace(verdict, problem=_named(verdict.problem, pool))
        faults.append(_about("certificate-false", f"The certificate proves nothing: {verdict.problem}"))
    elif not verdict.optimal and pool.decisions.overrule is None:
        faults.append(
            Fault(
                rule="proposal-not-best",
                message="The proposal is not proven to be the best, and no reason is given.",
            )
        )
    return Audit(faults=tuple(faults), verdict=verdict, changed_by_hand=changed)


def _claims(pool: Pool, proposal: Proposal, certificate: Mapping[str, Any]) -> list[Fault]:
    """What a certificate says of itself, but for its prices, that is not so."""
    faults = []
    if certificate.get("inputs") != inputs_data(proposal.inputs):
        faults.append(_about("certificate-other", "It was made from other inputs than the proposal."))
    if certificate.get("round") != pool.round.id:
        faults.append(_about("certificate-other", f"It must be of round {pool.round.id}, and says another."))
    if certificate.get("priorities") != list(PRIORITIES):
        said = ", ".join(PRIORITIES)
        faults.append(_about("certificate-other", f"Its priorities must be {said}, and it says others."))
    return faults


def _about(rule: str, message: str) -> Fault:
    return Fault(rule=rule, message=message, in_certificate=True)


def _named(problem: str, pool: Pool) -> str:
    """The sentence with ids for the numbers of vertices."""
    words = problem.split()
    for i, word in enumerate(words):
        number = word.rstrip(".,")
        if (
            number.isdigit()
            and i
            and words[i - 1] in ("vertex", "vertices", "and")
            and int(number) < len(pool.ids)
        ):
            words[i] = word.replace(number, pool.ids[int(number)])
    return " ".join(words).replace("the pair of vertices", "the pair of").replace("vertex", "person")


def _inputs(pool: Pool, proposal: Proposal) -> list[Fault]:
    made = proposal.inputs
    now = {
        "the admitted pool": (made.pool, pool.digest),
        "the round's settings": (made.round, pool.round.digest),
        "the coordinators' decisions": (made.decisions, pool.decisions.digest),
    }
    faults = []
    if made.engine != ENGINE:
        faults.append(
            Fault(rule="proposal-engine", message=f"It was made by engine {made.engine}; this is engine {ENGINE}.")
        )
    changed = [what for what, (then, today) in now.items() if then != today]
    # A reason that was added after the proposal is no reason to make another one.
    if changed == ["the coordinators' decisions"] and pool.decisions.overrule is not None:
        changed = []
    if changed:
        faults.append(Fault(rule="proposal-outdated", message=f"Changed since: {' and '.join(changed)}."))
    return faults


def _people(pool: Pool, proposal: Proposal) -> list[Fault]:
    times = Counter(id for group in proposal.pairs for id in group.people)
    times.update(person.id for person in proposal.unpaired)
    known = set(pool.ids)
    faults = [
        Fault(rule="proposal-person", message=f"{id} is not among the admitted people.")
        for id in sorted(set(times) - known)
    ]
    for id in pool.ids:
        if times[id] != 1:
            often = "is missing" if not times[id] else f"stands in it {times[id]} times"
            faults.append(Fault(rule="proposal-person", message=f"{id} {often}."))
    return faults


def _pairs(pool: Pool, proposal: Proposal, graph: PoolGraph) -> list[Fault]:
    faults = []
    together = set()
    for group in proposal.pairs:
        if len(group.people) > 2 and not pool.round.threes:
            faults.append(
                Fault(rule="proposal-three", message=f"{', '.join(group.people)}: threes are not allowed.")
            )
        for a, b in two_by_two(group.people):
            together.add(frozenset((a, b)))
            faults += [
                Fault(rule="proposal-pair-barred", message=f"{a} and {b} may not be paired. {rule.because}")
                for rule in graph.barred(a, b)
            ]
    for pin in pool.decisions.pins:
        if frozenset(pin.people) not in together:
            faults.append(
                Fault(rule="proposal-pin", message=f"{' and '.join(pin.people)} are pinned but not paired.")
            )
    return faults


def _reasons(proposal: Proposal, graph: PoolGraph) -> list[Fault]:
    """The reasons of the unpaired that are not true: each is worked out again, and is told to the person."""
    faults = []
    everybody = np.arange(graph.n, dtype=np.int64)
    odd = sum(person.because == "odd-number" for person in proposal.unpaired)
    for person in proposal.unpaired:
        place = graph.place[person.id]
        possible = graph.allowed(np.full(graph.n, place, np.int64), everybody)
        possible[place] = False
        if not possible.any():
            true = ["no-partner-allowed"]
        elif len(proposal.unpaired) == 1 and graph.n % 2:
            true = ["odd-number"]
        else:  # where coordinators left out more, of an odd number one can still be the last
            true = ["too-few-partners", *(["odd-number"] if odd == 1 and graph.n % 2 else [])]
        if person.because not in true:
            message = f"{person.id}: the reason must be '{true[0]}', not '{person.because}'."
            faults.append(Fault(rule="proposal-reason", message=message))
    return faults


def _points(proposal: Proposal, graph: PoolGraph) -> list[Fault]:
    return [
        Fault(
            rule="proposal-points",
            message=f"{' and '.join(group.people)}: the points in the file are not those of the applications.",
        )
        for group, true in zip(proposal.pairs, with_points(graph, [g.people for g in proposal.pairs]), strict=True)
        if {id: dict(p) for id, p in group.points.items()} != true.points
    ]
