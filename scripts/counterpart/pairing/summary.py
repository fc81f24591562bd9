"""A proposal in figures: what a coordinator reads in the pull request and in the terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from counterpart.matching import Verdict
from counterpart.model import Proposal
from counterpart.pairing.explain import Side, sides, wish_met
from counterpart.pairing.graph import PRIORITIES, PoolGraph
from counterpart.pairing.inputs import BECAUSE
from counterpart.pairing.pairs import matching_pairs
from counterpart.pairing.pool import Pool

#: Pairs that are shown as the weakest.
WEAKEST = 10

#: A country is near its cap from this share of the cap on; per cent.
NEAR = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class WeakPair:
    """A pair whose less satisfied partner has few points, with both sides' reasons."""

    people: tuple[str, ...]
    sides: tuple[Side, Side]

    @property
    def least(self) -> int:
        """The points of the less satisfied partner."""
        return min(side.total for side in self.sides)


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """How many of those who asked for something in one matter have a partner of that kind."""

    matter: str
    asked: int
    met: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What one priority came to in the earlier proposal, and comes to in this one."""

    what: str
    before: int
    after: int

    @property
    def change(self) -> str:
        """The difference with its sign, or words where there is none."""
        return f"{self.after - self.before:+,}" if self.after != self.before else "no change"


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """Figures and lists of one proposal; identifiers only."""

    round: str
    title: str
    people: int
    countries: int
    pairs: int
    threes: int
    paired: int
    carried_over: tuple[int, int]  # how many of them are paired, of how many
    below: int  # partners below the acceptable mark, as one side sees them
    acceptable: int
    points: int
    middle: int  # the middle one of all people's points for their partner
    unpaired: tuple[tuple[str, str, str], ...]  # id, code, words
    weakest: tuple[WeakPair, ...]
    met: tuple[Met, ...]
    admitted_by_roll: bool
    proof: str
    optimal: bool
    new: tuple[tuple[str, ...], ...]  # pairs that the earlier proposal did not have
    gone: tuple[tuple[str, ...], ...]  # pairs of the earlier proposal that this one does not have
    has_previous: bool
    steps: tuple[Step, ...]  # from the earlier proposal to this one, by priority; empty without an earlier one
    warnings: tuple[str, ...]
    decisions: tuple[int, int, int]  # pins, forbids, removals


def summarise(
    pool: Pool,
    proposal: Proposal,
    verdict: Verdict,
    previous: Proposal | None,
    names: Mapping[str, str],
) -> Summary:
    """The summary of *proposal*. *names*: of languages and countries by their codes."""
    graph = PoolGraph(pool, columns=len(PRIORITIES))
    both = [WeakPair(people=two, sides=sides(graph, *two, names)) for two in matching_pairs(proposal, graph)]
    totals = sorted(side.total for pair in both for side in pair.sides)
    below = sum(total < pool.round.acceptable for total in totals)
    weak = sorted(both, key=lambda w: (w.least, w.people))[:WEAKEST]
    paired = proposal.partners.keys()
    carried = {id for id in pool.ids if pool.places[id].carried_over}
    sizes = Counter(len(pair.people) for pair in proposal.pairs)
    decisions = pool.decisions
    return Summary(
        round=pool.round.id,
        title=pool.round.title,
        people=len(pool.people),
        countries=len({p.profile.country for p in pool.people}),
        pairs=sizes[2],
        threes=sizes[3],
        paired=len(paired),
        carried_over=(len(carried & paired), len(carried)),
        below=below,
        acceptable=pool.round.acceptable,
        points=sum(totals),
        middle=totals[len(totals) // 2] if totals else 0,
        unpaired=tuple((u.id, u.because, BECAUSE.get(u.because, u.because)) for u in proposal.unpaired),
        weakest=tuple(weak),
        met=_met(pool, proposal),
        admitted_by_roll=pool.admitted_by_roll,
        proof=proof_sentence(verdict, len(pool.people), bool(decisions.pins or decisions.forbids)),
        optimal=verdict.optimal,
        new=_only_in(proposal, previous),
        gone=_only_in(previous, proposal),
        has_previous=previous is not None,
        steps=_steps(previous, proposal, pool.round.acceptable),
        warnings=_warnings(pool, names, below),
        decisions=(len(decisions.pins), len(decisions.forbids), len(decisions.removed)),
    )


def _only_in(one: Proposal | None, other: Proposal | None) -> tuple[tuple[str, ...], ...]:
    """The pairs that only the first of two proposals has; none where there is only one proposal."""
    if one is None or other is None:
        return ()
    return tuple(sorted({pair.people for pair in one.pairs} - {pair.people for pair in other.pairs}))


def _steps(previous: Proposal | None, proposal: Proposal, acceptable: int) -> tuple[Step, ...]:
    """Each priority before and after, by the points that stand in the two proposals themselves."""
    if previous is None:
        return ()

    def figures(of: Proposal) -> tuple[int, int, int]:
        sides = [sum(points.values()) for pair in of.pairs for points in pair.points.values()]
        return sum(len(pair.people) for pair in of.pairs), sum(s < acceptable for s in sides), sum(sides)

    words = ("People with a partner", "Partners below the acceptable mark", "Points, all people together")
    both = zip(words, figures(previous), figures(proposal), strict=True)
    return tuple(Step(what=what, before=before, after=after) for what, before, after in both)


def proof_sentence(verdict: Verdict, people: int, decided: bool = False) -> str:
    """What is proven, in one sentence."""
    if verdict.problem:
        return f"Nothing is proven: {verdict.problem}"
    every = f"all {people * (people - 1) // 2:,} pairs that can be formed from the {people:,} people"
    under = " and the coordinators' decisions" if decided else ""
    if verdict.optimal:
        return (
            f"Proven over {every}: under the rules{under}, no pairing pairs more people, none that pairs as many "
            "has fewer partners below the acceptable mark, and none of those has more points."
        )
    return f"Checked over {every}: {shortfall(verdict)}"


def shortfall(verdict: Verdict) -> str:
    """By how much a proposal may fall short, priority by priority, in one sentence."""
    parts = []
    words = (
        "it may pair up to {} fewer people than possible (one carried over counts twice)",
        "up to {} more people than needed may have a partner below the acceptable mark",
        "it may be up to {} points short of the most",
    )
    for name, gap, word in zip(PRIORITIES, verdict.gap, words, strict=True):
        if gap:
            parts.append(word.format(f"{gap:,}"))
        elif gap is None:
            parts.append(f"nothing is known about {name}")
    return "; ".join(parts) + "." if parts else "it is the best there is."


def _met(pool: Pool, proposal: Proposal) -> tuple[Met, ...]:
    profiles = {person.id: person.profile for person in pool.people}
    result = []
    for matter, words in (("sector", "sector"), ("career_stage", "career stage")):
        said = [
            wish_met(profiles[me], [profiles[you] for you in group.people if you != me], matter)
            for group in proposal.pairs
            for me in group.people
        ]
        asked = [met for met in said if met is not None]
        result.append(Met(matter=words, asked=len(asked), met=sum(asked)))
    return tuple(result)


def _warnings(pool: Pool, names: Mapping[str, str], below: int) -> tuple[str, ...]:
    found = list(_near_the_cap(pool, names)) if len(pool.people) >= 20 else []
    if below:
        found.append(
            f"{_people(below)} {'has' if below == 1 else 'have'} a partner below the acceptable mark of "
            f"{pool.round.acceptable} points."
        )
    if not pool.admitted_by_roll:
        found.append("There is no roll yet: everybody who applied counts as admitted. This is a first try.")
    return (*found, *_kept_apart(pool), *_rare_languages(pool))


def _kept_apart(pool: Pool) -> Iterator[str]:
    """What open questions about employers cost."""
    apart = sum(len(pool.places[id].perhaps) for id in pool.ids) // 2
    if apart and pool.round.rules.same_employer:
        pairs = "1 pair of people is" if apart == 1 else f"{apart:,} pairs of people are"
        yield (
            f"{pairs} kept apart only because nobody has said whether they have the same employer. To answer: "
            f"counterpart admit {pool.round.id} --ask --as NAME"
        )


def _rare_languages(pool: Pool) -> Iterator[str]:
    by_language = Counter(language for p in pool.people for language in set(p.profile.languages))
    rare = [p.id for p in pool.people if all(by_language[x] <= 3 for x in p.profile.languages)]
    if rare:
        yield (
            f"{_people(len(rare))} {'speaks' if len(rare) == 1 else 'speak'} only languages "
            f"that at most two others speak: {_few(rare)}."
        )


def _near_the_cap(pool: Pool, names: Mapping[str, str]) -> Iterator[str]:
    people, cap = len(pool.people), pool.round.country_cap
    by_country = Counter(p.profile.country for p in pool.people)
    for country, count in sorted(by_country.items(), key=lambda c: (-c[1], c[0])):
        if 100 * count * 100 >= cap * NEAR * people:
            share = 100 * count // people
            name = names.get(country, country)
            yield f"{name} has {count:,} of {people:,} people ({share} %); the cap is {cap} %."


def _people(count: int) -> str:
    return "1 person" if count == 1 else f"{count:,} people"


def _few(ids: Sequence[str]) -> str:
    return ", ".join(ids[:5]) + (f" and {len(ids) - 5:,} more" if len(ids) > 5 else "")
