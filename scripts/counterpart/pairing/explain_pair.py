"""Answer a coordinator's question about a proposal: why this pair, why not that one, why nobody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from counterpart.files.progress import Progress, counting
from counterpart.files.repository import Repository
from counterpart.findings import Finding, UsageError
from counterpart.model import Proposal, RoundId, Status
from counterpart.pairing.explain import Side, sides
from counterpart.pairing.graph import PoolGraph
from counterpart.pairing.pool import Pool
from counterpart.pairing.proposal import propose
from counterpart.pairing.ready import in_the_way, ready_pool
from counterpart.pairing.what_if import Change, if_favoured, if_pinned, if_spared, possible_partners
from counterpart.rounds.load import Loaded, load_round
from counterpart.rounds.partnerships import named
from counterpart.world.names import names


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleAnswer:
    """What one rule means for one person: partners if it did not apply to them, and what that would change."""

    rule: str
    because: str
    partners: int
    change: Change | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer, as far as the question goes.

    ``sides``: how the two see each other. ``barred``: the rules that forbid the pair, in words.
    ``together``: they are partners in the proposal. ``instead``: what the other pair would change.
    ``unpaired``: the code of the reason, for a person without a partner.
    """

    people: tuple[str, ...]
    findings: tuple[Finding, ...] = ()
    fresh: bool = False  # there was no proposal that fits; the best one was computed for the answer
    together: bool = False
    partners: tuple[str, ...] = ()
    sides: tuple[Side, ...] = ()
    barred: tuple[str, ...] = ()
    instead: Change | None = None
    unpaired: str | None = None
    possible: int = 0
    rules: tuple[RuleAnswer, ...] = ()
    favoured: Change | None = None


def explain(
    repository: Repository,
    round_id: RoundId,
    people: tuple[str, ...],
    *,
    number: int | None = None,
    report: Progress,
) -> Answer:
    """Explain one person or two people of a round, on its proposal, or on the best one if there is none.

    *number*: of the pairing; None for the latest that has the people, as a rematch has only those who were free.
    """
    loaded = load_round(repository, round_id, counting(report))
    number = number or _latest_with(loaded, people)
    if findings := in_the_way(loaded, number):
        return Answer(people=people, findings=findings)
    if number > 1 and number not in loaded.proposals:
        raise UsageError(f"Round {round_id} has no pairing {number}; the latest is {loaded.latest}.")
    pool = ready_pool(loaded, number)
    for id in people:
        _known(pool, id)
    if len(set(people)) < len(people):
        raise UsageError("Name two different people.")
    proposal, fresh = loaded.proposals.get(number), False
    if proposal is None or proposal.inputs.pool != pool.digest:
        report("There is no proposal for these applications yet; computing the best one for the answer.")
        proposal, fresh = propose(pool).proposal, True
    if len(people) == 2:
        return _two(pool, proposal, people[0], people[1], fresh)
    return _one(pool, proposal, people[0], fresh)


def _latest_with(loaded: Loaded, people: tuple[str, ...]) -> int:
    with_them = (number for number, made in loaded.proposals.items() if set(people) <= named(made))
    return max(with_them, default=1)


def _known(pool: Pool, id: str) -> None:
    if id in pool.ids:
        return
    if pool.number > 1:
        raise UsageError(f"{id} is not in pairing {pool.number} of round {pool.round.id}: it holds who was free.")
    place = pool.places.get(id)
    if any(id in decision.people for decision in pool.decisions.removed):
        raise UsageError(f"{id} was removed from round {pool.round.id} by a coordinator's decision.")
    if place is None:
        raise UsageError(
            f"There is no {id} in round {pool.round.id}. Ids are ten characters, such as '{pool.ids[0]}'."
        )
    if place.status is not Status.ADMITTED:
        why = f" ({place.reason})" if place.reason else ""
        raise UsageError(f"{id} does not take part in round {pool.round.id}: {place.status.value}{why}.")
    raise UsageError(f"{id} is on the roll, but there is no application that passes 'counterpart check'.")


def _two(pool: Pool, proposal: Proposal, one: str, two: str, fresh: bool) -> Answer:
    graph = PoolGraph(pool, columns=3)
    together = any({one, two} <= set(group.people) for group in proposal.pairs)
    barred = tuple(rule.because for rule in graph.barred(one, two))
    change = None
    if not together and not barred:
        change = if_pinned(pool, proposal, one, two)
    return Answer(
        people=(one, two),
        fresh=fresh,
        together=together,
        sides=sides(graph, one, two, names()),
        barred=barred,
        instead=change,
    )


def _one(pool: Pool, proposal: Proposal, person: str, fresh: bool) -> Answer:
    graph = PoolGraph(pool, columns=3)
    group = next((g for g in proposal.pairs if person in g.people), None)
    if group is not None:
        partners = tuple(id for id in group.people if id != person)
        return Answer(
            people=(person,),
            fresh=fresh,
            together=True,
            partners=partners,
            sides=tuple(side for other in partners for side in sides(graph, person, other, names())),
            possible=possible_partners(graph, person),
        )
    possible = possible_partners(graph, person)
    return Answer(
        people=(person,),
        fresh=fresh,
        unpaired={alone.id: alone.because for alone in proposal.unpaired}.get(person, "too-few-partners"),
        possible=possible,
        rules=tuple(_in_the_way(pool, proposal, graph, person, possible)),
        favoured=if_favoured(pool, proposal, person) if possible else None,
    )


def _in_the_way(
    pool: Pool, proposal: Proposal, graph: PoolGraph, person: str, possible: int
) -> Iterator[RuleAnswer]:
    """The rules without which the person could have more partners, and what would come of it."""
    for rule in graph.rules:
        then = possible_partners(PoolGraph(pool, columns=3, spared=(rule.id, person)), person)
        if then <= possible:
            continue
        change = if_spared(pool, proposal, rule.id, person)
        if not possible or change.people > 0:
            yield RuleAnswer(rule=rule.id, because=rule.because, partners=then, change=change)
