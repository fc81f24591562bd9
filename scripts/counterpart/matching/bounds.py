"""How far unknown whole numbers are pinned down by linear statements about them.

Linear programming gives the interval in which a sum of the numbers must lie, integer programming the same for
whole numbers alone (HiGHS, through SciPy). Nothing here knows what the numbers mean.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_matrix, vstack

#: How far a solver's answer may lie from a whole number that it stands for.
NEAR = 1e-6


@dataclass(slots=True)
class Statements:
    """Unknown whole numbers, each with its least and greatest value, and statements about their sums.

    ``rows``: number -> coefficient, the least and the greatest value of the sum; None where there is none.
    """

    lows: list[int] = field(default_factory=list)
    highs: list[int | None] = field(default_factory=list)
    rows: list[tuple[Mapping[int, int], int | None, int | None]] = field(default_factory=list)

    def number(self, low: int = 0, high: int | None = None) -> int:
        """A new unknown number; its place."""
        self.lows.append(low)
        self.highs.append(high)
        return len(self.lows) - 1

    def state(self, terms: Mapping[int, int], low: int | None, high: int | None) -> int:
        """A new statement; its place among the rows."""
        self.rows.append((terms, low, high))
        return len(self.rows) - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """The least and the greatest whole value that remain possible."""

    low: int
    high: int

    @property
    def values(self) -> int:
        """How many whole numbers lie in it."""
        return self.high - self.low + 1


class Undecided(Exception):
    """The solver gave no proven optimum: out of time, or anything else. *contradiction*: there is no solution."""

    def __init__(self, contradiction: bool) -> None:
        super().__init__("contradiction" if contradiction else "undecided")
        self.contradiction = contradiction


class Prober:
    """Statements, made ready to be asked about many sums.

    Every solution in whole numbers that comes up on the way is kept as a witness for other sums.
    """

    def __init__(self, statements: Statements, seconds: float = 60.0) -> None:
        """*seconds* is the longest time for one question; what takes longer is undecided."""
        self._n = len(statements.lows)
        self._seconds = seconds
        self._lows = np.array(statements.lows, dtype=np.float64)
        self._highs = np.array([math.inf if high is None else high for high in statements.highs], np.float64)
        places = [
            (row, number, factor)
            for row, (terms, _, _) in enumerate(statements.rows)
            for number, factor in sorted(terms.items())
        ]
        rows, numbers, factors = zip(*places, strict=True) if places else ((), (), ())
        self._matrix = csr_matrix(
            (factors, (rows, numbers)), shape=(len(statements.rows), self._n), dtype=np.float64
        )
        self._row_lows = np.array([-math.inf if low is None else low for _, low, _ in statements.rows])
        self._row_highs = np.array([math.inf if high is None else high for _, _, high in statements.rows])

        self._witnesses: list[np.ndarray[tuple[int], np.dtype[np.float64]]] = []

    def witnessed(self, numbers: Sequence[int]) -> Interval | None:
        """The least and the greatest value of the sum of *numbers* in the solutions that came up so far."""
        if not self._witnesses:
            return None
        sums = [int(witness[list(numbers)].sum()) for witness in self._witnesses]
        return Interval(low=min(sums), high=max(sums))

    def interval(self, numbers: Sequence[int], *, whole: bool = False) -> Interval:
        """Where the sum of *numbers* must lie; with *whole*, by integer programming. Undecided if not proven."""
        low = self._least(self._costs(numbers), whole)
        high = -self._least(-self._costs(numbers), whole)
        return Interval(low=math.ceil(low - NEAR), high=math.floor(high + NEAR))

    def binding(self, numbers: Sequence[int]) -> frozenset[int]:
        """The rows without which the interval of the sum could be wider."""
        equal = self._row_lows == self._row_highs
        below, above = ~equal & np.isfinite(self._row_highs), ~equal & np.isfinite(self._row_lows)
        held: set[int] = set()
        for sign in (1, -1):
            answer = linprog(
                sign * self._costs(numbers),
                A_ub=_stacked(self._matrix[below], -self._matrix[above]),
                b_ub=np.concatenate((self._row_highs[below], -self._row_lows[above])),
                A_eq=self._matrix[equal],
                b_eq=self._row_lows[equal],
                bounds=np.column_stack((self._lows, self._highs)),
                method="highs",
                options={"time_limit": self._seconds},
            )
            if answer.status != 0:
                raise Undecided(answer.status == 2)
            sides = np.concatenate((np.flatnonzero(below), np.flatnonzero(above), np.flatnonzero(equal)))
            prices = np.concatenate((answer.ineqlin.marginals, answer.eqlin.marginals))
            held.update(int(row) for row in sides[np.abs(prices) > NEAR])
        return frozenset(held)

    def _costs(self, numbers: Sequence[int]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        costs = np.zeros(self._n)
        np.add.at(costs, np.array(numbers, dtype=np.int64), 1.0)
        return costs

    def _least(self, costs: np.ndarray[tuple[int], np.dtype[np.float64]], whole: bool) -> float:
        answer = milp(
            costs,
            integrality=np.full(self._n, int(whole)),
            bounds=Bounds(self._lows, self._highs),
            constraints=LinearConstraint(self._matrix, self._row_lows, self._row_highs),
            options={"time_limit": self._seconds, "mip_rel_gap": 0.0},
        )
        if answer.status != 0:
            raise Undecided(answer.status == 2)
        self._keep(np.rint(answer.x))
        return float(answer.fun)

    def _keep(self, solution: np.ndarray[tuple[int], np.dtype[np.float64]]) -> None:
        """Keep what fulfils every statement in whole numbers, and nothing that only nearly does."""
        sums = self._matrix @ solution
        if (
            (solution >= self._lows).all()
            and (solution <= self._highs).all()
            and (sums >= self._row_lows).all()
            and (sums <= self._row_highs).all()
        ):
            self._witnesses.append(solution)


def _stacked(one: csr_matrix, other: csr_matrix) -> csr_matrix:
    return csr_matrix(vstack((one, other)))
