"""The audit decides: work out every withheld count as a reader with a solver would, and repair what gives way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from counterpart.matching.bounds import Interval, Prober, Undecided
from counterpart.report.disclosure import LEAST, VALUES, Screened, screen
from counterpart.report.disclosure_earlier import Withheld, remember, remembered
from counterpart.report.disclosure_links import Reader, Setting, read
from counterpart.report.report import Cell, Report
from counterpart.report.tables import BUNDLE, Tables

#: Repairs before a table is given up.
PASSES = 12
#: Intervals of up to so many values are looked at once more with integer programming.
CLOSE = VALUES + 3
#: What a report is first read for is withheld only where nothing else helps.
LAST = frozenset({"partnerships", "countries"})
#: The longest time for one question to the solver, in seconds; what takes longer counts as not safe.
SECONDS = 60.0

Ask = Callable[[Prober, Sequence[int], bool], Interval]
Step = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Weak:
    """A withheld count that a reader can narrow too far. ``round`` is that of an earlier report, or empty."""

    cell: Cell
    numbers: tuple[int, ...]
    round: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Audited:
    """What an attack found. ``weak`` is None where the solver did not decide: then nothing is safe."""

    weak: tuple[Weak, ...] | None
    tried: int
    reader: Reader
    prober: Prober


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosed:
    """The figures after screening, attack and repair, and whether they may be published.

    ``refused``: the tables in which a count stays weak; empty where everything may be published.
    ``undecided``: the solver did not finish, so nothing may be. Counts only; no value can be seen from them.
    """

    screened: Screened
    tried: int
    weak_at_first: int
    passes: int
    refused: tuple[str, ...] = ()
    undecided: bool = False

    @property
    def safe(self) -> bool:
        """Whether the figures may be published."""
        return not self.refused and not self.undecided


def ask(prober: Prober, numbers: Sequence[int], whole: bool) -> Interval:
    """One question to the solver; tests put a saboteur in its place."""
    return prober.interval(numbers, whole=whole)


def audit(
    setting: Setting,
    screened: Screened,
    earlier: Sequence[Report] = (),
    *,
    seconds: float = SECONDS,
    ask: Ask = ask,
    step: Step | None = None,
) -> Audited:
    """Attack *screened* figures: every count below the threshold, and those that earlier reports withheld."""
    reader = read(setting, screened)
    alone = Prober(reader.statements, seconds)
    withheld = remember(reader, earlier)
    prober = Prober(reader.statements, seconds) if earlier else alone
    if earlier and _contradicts(prober, reader):
        # Not everybody who returns was in a round that has a report, so the reader can conclude nothing.
        reader = read(setting, screened)
        withheld, prober = {}, alone
    statements, once = remembered(earlier if withheld else ())
    attack = _Attack(
        prober=prober, screened=screened, memory=Prober(statements, seconds), once=once, ask=ask, step=step
    )
    targets = [
        Weak(cell=cell, numbers=numbers) for cell in sorted(screened.low) if (numbers := reader.cells.get(cell))
    ]
    targets += [Weak(cell=cell, numbers=numbers, round=id) for (id, cell), numbers in sorted(withheld.items())]
    return Audited(weak=attack.weak_of(targets), tried=len(targets), reader=reader, prober=prober)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Attack:
    """A reader with a solver. ``memory`` and ``once``: earlier reports by themselves, and what they withheld."""

    prober: Prober
    screened: Screened
    memory: Prober
    once: Withheld
    ask: Ask
    step: Step | None

    def seen(self, target: Weak, values: Callable[[Interval], int]) -> bool:
        """Whether two rounds came up that a reader cannot tell from this one, and that lie far enough apart."""
        witnessed = self.prober.witnessed(target.numbers)
        return witnessed is not None and values(witnessed) >= VALUES

    def weak_of(self, targets: Sequence[Weak]) -> tuple[Weak, ...] | None:
        """Those of *targets* that the reader can narrow too far; None where the solver did not decide."""
        weak = []
        try:
            for number, target in enumerate(targets, 1):
                if _is_clearer(self, target) if target.round else _is_weak(self, target):
                    weak.append(target)
                if self.step is not None:
                    self.step(number, len(targets))
        except Undecided:
            return None
        return tuple(weak)


def _contradicts(prober: Prober, reader: Reader) -> bool:
    try:
        prober.interval(reader.cells["total", ()])
    except Undecided as answer:
        return answer.contradiction
    return False


def _is_weak(attack: _Attack, target: Weak) -> bool:
    if attack.seen(target, lambda interval: interval.values):
        return False
    found = attack.ask(attack.prober, target.numbers, False)
    if VALUES <= found.values <= CLOSE and not attack.seen(target, lambda interval: interval.values):
        found = attack.ask(attack.prober, target.numbers, True)
    # What is true must remain possible, or the statements are wrong and prove nothing.
    if not found.low <= attack.screened.counts[target.cell] <= found.high:
        raise Undecided(contradiction=True)
    return found.values < VALUES


def _is_clearer(attack: _Attack, target: Weak) -> bool:
    """Whether a count that an earlier report withheld becomes too clear, if it is one below the threshold.

    Which of them are is not known any more. What was as clear without the new report is not its doing.
    """
    if attack.seen(target, _below):
        return False
    found = attack.ask(attack.prober, target.numbers, False)
    if VALUES <= _below(found) <= CLOSE and not attack.seen(target, _below):
        found = attack.ask(attack.prober, target.numbers, True)
    if _below(found) >= VALUES:
        return False
    return _below(found) < _below(attack.ask(attack.memory, attack.once[target.round, target.cell], True))


def _below(interval: Interval) -> int:
    """How many values of an interval lie below the threshold."""
    return min(interval.high, LEAST - 1) - min(interval.low, LEAST) + 1


def disclose(
    setting: Setting,
    tables: Tables,
    earlier: Sequence[Report] = (),
    *,
    without: Sequence[str] = (),
    seconds: float = SECONDS,
    ask: Ask = ask,
    step: Step | None = None,
) -> Disclosed:
    """Screen, attack, withhold the smallest figure that gives a count away, and attack again.

    The tables *without* are left out. Same input, same result; O(cells) linear programs a pass.
    """
    guards: set[Cell] = set()
    first = -1
    for number in range(PASSES + 1):
        screened = screen(tables, guards, without)
        found = audit(setting, screened, earlier, seconds=seconds, ask=ask, step=step)
        if found.weak is None:
            return Disclosed(
                screened=screened, tried=found.tried, weak_at_first=max(first, 0), passes=number, undecided=True
            )
        first = len(found.weak) if first < 0 else first
        if not found.weak:
            return Disclosed(screened=screened, tried=found.tried, weak_at_first=first, passes=number)
        more = _repairs(found, screened)
        if not more:
            break
        guards |= more
    refused = {_finest(found, weak) for weak in found.weak or ()}
    return Disclosed(
        screened=screened, tried=found.tried, weak_at_first=first, passes=number, refused=tuple(sorted(refused))
    )


def _repairs(found: Audited, screened: Screened) -> set[Cell]:
    """For each weak count the smallest shown figure that holds it down."""
    more: set[Cell] = set()
    for weak in found.weak or ():
        binding = _binding(found, weak)
        if binding and not binding & more:
            more.add(min(binding, key=lambda cell: (cell[0] in LAST, screened.counts[cell], cell)))
    return more


def _binding(found: Audited, weak: Weak) -> frozenset[Cell]:
    """The shown figures, but for the total, without which a weak count would be freer."""
    rows = found.prober.binding(weak.numbers)
    cells = {found.reader.rows[row] for row in rows if row in found.reader.rows}
    return frozenset(cell for cell in cells if cell[0] != "total")


def _finest(found: Audited, weak: Weak) -> str:
    """The finest table that takes part in giving a count away."""
    order = list(BUNDLE)
    concerned = {weak.cell[0]} if not weak.round else set()
    concerned |= {cell[0] for cell in _binding(found, weak)}
    return max(concerned or {"region"}, key=order.index)
