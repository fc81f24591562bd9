"""A second checker of proofs, of the plainest kind: it looks at every pair and every set, one after another.

It shares no code with the fast one (only ``Verdict``, the form of the answer), and knows nothing of arrays,
packed numbers, tables or chains. It is slow, and meant to be read.
"""

from __future__ import annotations

from collections.abc import Sequence

from counterpart.matching import Certificate, Verdict

Edges = Sequence[tuple[int, int]]
Weights = Sequence[tuple[int, ...]]


def plain_verify(
    n: int, edges: Edges, weights: Weights, columns: int, mates: Sequence[int], certificate: Certificate
) -> Verdict:
    """What ``verify`` should say, word for word."""
    weight_of = {(min(e), max(e)): w for e, w in zip(edges, weights, strict=True)}
    problem = (
        _mates(n, mates)
        or _form(n, columns, certificate)
        or _overlap(certificate)
        or _not_allowed(weight_of, mates)
        or _not_covered(weight_of, columns, certificate)
    )
    if problem:
        return Verdict(problem=problem)
    return _compared(weight_of, columns, mates, certificate)


def slack(pair: tuple[int, int], weight: Sequence[int], certificate: Certificate) -> list[int]:
    """The prices that count for a pair, minus its weight, column after column."""
    v, w = pair
    left = [certificate.prices[v][i] + certificate.prices[w][i] for i in range(len(weight))]
    for members, price in certificate.sets:
        if v in members and w in members:
            left = [left[i] + price[i] for i in range(len(weight))]
    return [left[i] - certificate.scale * weight[i] for i in range(len(weight))]


def _mates(n: int, mates: Sequence[int]) -> str | None:
    if len(mates) != n:
        return f"there are {len(mates)} mates for {n} vertices."
    for v, w in enumerate(mates):
        if type(w) is not int or w < -1 or w >= n:
            return f"the mate of vertex {v} is not a vertex, nor -1."
        if w == v or (w != -1 and mates[w] != v):
            return f"vertex {v} has the mate {w}, which does not have it."
    return None


def _form(n: int, columns: int, certificate: Certificate) -> str | None:
    if type(certificate.scale) is not int or certificate.scale < 1:
        return "the scale is not a whole number of at least 1."
    if len(certificate.prices) != n:
        return f"there are prices for {len(certificate.prices)} vertices, not {n}."
    for v, price in enumerate(certificate.prices):
        if len(price) != columns or any(type(p) is not int for p in price):
            return f"the price of vertex {v} is not a list of {columns} integers."
        if _below_zero(price):
            return f"the price of vertex {v} is below zero."
    for i, (members, price) in enumerate(certificate.sets):
        if len(price) != columns or any(type(p) is not int for p in price) or _below_zero(price):
            return f"the price of set {i} is not a list of {columns} integers, zero or more."
        if any(type(v) is not int or v < 0 or v >= n for v in members) or len(set(members)) < len(members):
            return f"set {i} does not list different vertices."
        if len(members) % 2 != 1:
            return f"set {i} has an even number of members."
    return None


def _below_zero(numbers: Sequence[int]) -> bool:
    """The first number that is not zero decides."""
    for number in numbers:
        if number != 0:
            return number < 0
    return False


def _overlap(certificate: Certificate) -> str | None:
    """From the largest set to the smallest: the first that overlaps one before it."""
    sets = [(i, set(members)) for i, (members, _) in enumerate(certificate.sets)]
    sets.sort(key=lambda one: (-len(one[1]), one[0]))
    for place, (i, members) in enumerate(sets):
        for _, larger in sets[:place]:
            common = len(members & larger)
            if common != 0 and common != len(members):
                return f"set {i} overlaps another set without being inside it, or around it."
    return None


def _not_allowed(weight_of: dict[tuple[int, int], tuple[int, ...]], mates: Sequence[int]) -> str | None:
    for v, w in enumerate(mates):
        if v < w and (v, w) not in weight_of:
            return f"vertices {v} and {w} are matched, which the graph does not allow."
    return None


def _not_covered(
    weight_of: dict[tuple[int, int], tuple[int, ...]], columns: int, certificate: Certificate
) -> str | None:
    # Only so that "v in members" takes no time; the members are the same.
    quick = Certificate(
        scale=certificate.scale,
        prices=certificate.prices,
        sets=tuple((frozenset(members), price) for members, price in certificate.sets),  # type: ignore[misc]
    )
    for pair in sorted(weight_of):
        if _below_zero(slack(pair, weight_of[pair], quick)):
            return f"the prices do not cover the pair of vertices {pair[0]} and {pair[1]}."
    return None


def _compared(
    weight_of: dict[tuple[int, int], tuple[int, ...]],
    columns: int,
    mates: Sequence[int],
    certificate: Certificate,
) -> Verdict:
    weight: list[int] = []
    bound: list[int | None] = []
    gap: list[int | None] = []
    met = True  # as long as every column before is met exactly
    for i in range(columns):
        mine = sum(weight_of[v, w][i] for v, w in enumerate(mates) if v < w)
        most = sum(price[i] for price in certificate.prices)
        most += sum((len(members) - 1) // 2 * price[i] for members, price in certificate.sets)
        whole, rest = divmod(most, certificate.scale)
        weight.append(mine)
        bound.append(whole if met else None)
        gap.append(whole - mine if met else None)
        met = met and whole == mine and rest == 0
    if any(g is not None and g < 0 for g in gap):
        problem = "the matching outweighs the bound, so the certificate is wrong."
        return Verdict(weight=tuple(weight), problem=problem)
    return Verdict(weight=tuple(weight), bound=tuple(bound), gap=tuple(gap))
