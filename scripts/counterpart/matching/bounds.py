"""How far unknown whole numbers are pinned down by linear statements about them.

Linear programming gives the interval in which a sum of the numbers must lie, integer programming the same for
whole numbers alone (HiGHS). Nothing here knows what the numbers mean.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import highspy
import numpy as np

#: How far a solver's answer may lie from a whole number that it stands for.
NEAR = 1e-6
#: HiGHS's number for the simplex method that goes from one possible solution to the next.
PRIMAL = 4

Numbers = np.ndarray[tuple[int], np.dtype[np.float64]]


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
        self._row_lows = np.array([-math.inf if low is None else low for _, low, _ in statements.rows], np.float64)
        self._row_highs = np.array(
            [math.inf if high is None else high for _, _, high in statements.rows], np.float64
        )
        places = [sorted(terms.items()) for terms, _, _ in statements.rows]
        self._starts = np.cumsum([0, *map(len, places)], dtype=np.int32)
        self._rows = np.repeat(np.arange(len(places)), np.diff(self._starts))
        self._numbers = np.array([number for row in places for number, _ in row], dtype=np.int32)
        self._factors = np.array([factor for row in places for _, factor in row], dtype=np.float64)
        self._linear = self._model(whole=False)
        # After a first answer the next one begins where it ended, which is still possible: only costs change.
        self._linear.setOptionValue("simplex_strategy", PRIMAL)
        self._whole: highspy.Highs | None = None
        self._witnesses: list[Numbers] = []

    def witnessed(self, numbers: Sequence[int]) -> Interval | None:
        """The least and the greatest value of the sum of *numbers* in the solutions that came up so far."""
        if not self._witnesses:
            return None
        sums = [int(witness[list(numbers)].sum()) for witness in self._witnesses]
        return Interval(low=min(sums), high=max(sums))

    def interval(self, numbers: Sequence[int], *, whole: bool = False) -> Interval:
        """Where the sum of *numbers* must lie; with *whole*, by integer programming. Undecided if not proven."""
        if whole and self._whole is None:
            self._whole = self._model(whole=True)
        model = self._whole if whole and self._whole is not None else self._linear
        costs = self._costs(numbers)
        low, high = self._least(model, costs), -self._least(model, -costs)
        return Interval(low=math.ceil(low - NEAR), high=math.floor(high + NEAR))

    def binding(self, numbers: Sequence[int]) -> frozenset[int]:
        """The rows without which the interval of the sum could be wider.

        Of several answers the one that does not depend on what was asked before: each begins anew.
        """
        held: set[int] = set()
        for costs in (self._costs(numbers), -self._costs(numbers)):
            model = self._model(whole=False)
            self._least(model, costs)
            prices = np.array(model.getSolution().row_dual)
            held.update(int(row) for row in np.flatnonzero(np.abs(prices) > NEAR))
        return frozenset(held)

    def _model(self, *, whole: bool) -> highspy.Highs:
        """The statements as HiGHS has them, without costs."""
        model = highspy.Highs()
        model.silent()
        for option, value in (("threads", 1), ("mip_rel_gap", 0.0)):
            model.setOptionValue(option, value)
        program = highspy.HighsLp()
        program.num_col_, program.num_row_ = self._n, len(self._row_lows)
        program.col_cost_ = np.zeros(self._n)
        program.col_lower_, program.col_upper_ = self._lows, self._highs
        program.row_lower_, program.row_upper_ = self._row_lows, self._row_highs
        program.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        program.a_matrix_.start_, program.a_matrix_.index_ = self._starts, self._numbers
        program.a_matrix_.value_ = self._factors
        if whole:
            program.integrality_ = [highspy.HighsVarType.kInteger] * self._n
        model.passModel(program)
        return model

    def _costs(self, numbers: Sequence[int]) -> Numbers:
        costs = np.zeros(self._n)
        np.add.at(costs, np.array(numbers, dtype=np.int64), 1.0)
        return costs

    def _least(self, model: highspy.Highs, costs: Numbers) -> float:
        model.changeColsCost(self._n, np.arange(self._n, dtype=np.int32), costs)
        model.setOptionValue("time_limit", model.getRunTime() + self._seconds)  # it counts all questions
        model.run()
        status = model.getModelStatus()
        if status != highspy.HighsModelStatus.kOptimal:
            raise Undecided(status == highspy.HighsModelStatus.kInfeasible)
        self._keep(np.rint(np.array(model.getSolution().col_value)))
        return float(model.getObjectiveValue())

    def _keep(self, solution: Numbers) -> None:
        """Keep what fulfils every statement in whole numbers, and nothing that only nearly does."""
        sums = np.bincount(self._rows, self._factors * solution[self._numbers], len(self._row_lows))
        if (
            (solution >= self._lows).all()
            and (solution <= self._highs).all()
            and (sums >= self._row_lows).all()
            and (sums <= self._row_highs).all()
        ):
            self._witnesses.append(solution)
