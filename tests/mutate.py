"""Small faults that could stand in a program: each turns one comparison, number, condition or list around."""

from __future__ import annotations

import ast
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
_REACHED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.FloorDiv: ast.Mult, ast.Mod: ast.FloorDiv,
    ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutation:
    """One fault: where it stands in a file, and what the file then is."""

    file: str
    line: int
    last: int
    before: str
    after: str
    source: str

    @property
    def key(self) -> tuple[str, str, str]:
        """What it is known by when lines move: the file and the words before and after."""
        return self.file, self.before, self.after


def sample(root: Path, size: int, seed: int) -> list[Mutation]:
    """*size* mutations of the program under *root*, spread over its packages by the lines that each has."""
    chance = random.Random(seed)
    packages: dict[str, list[Path]] = {}
    for path in sorted((root / "scripts" / "counterpart").rglob("*.py")):
        packages.setdefault(path.parent.relative_to(root).as_posix(), []).append(path)
    lines = {
        name: sum(path.read_text(encoding="utf-8").count("\n") for path in paths)
        for name, paths in packages.items()
    }
    found: list[Mutation] = []
    for name, paths in packages.items():
        every = [each for path in paths for each in mutations(path.read_text(encoding="utf-8"), _name(root, path))]
        share = max(1, round(size * lines[name] / sum(lines.values())))
        found += chance.sample(every, min(share, len(every)))
    return found


def mutations(source: str, file: str) -> Iterator[Mutation]:
    """Every mutation of a file's *source*, in the order of its lines."""
    for node, words in _turned(ast.parse(source)):
        assert node.end_lineno is not None
        lines = source.splitlines(keepends=True)
        first, last = lines[node.lineno - 1].encode(), lines[node.end_lineno - 1].encode()
        head, tail = first[: node.col_offset].decode(), last[node.end_col_offset :].decode()
        changed = "".join([*lines[: node.lineno - 1], head, words, tail, *lines[node.end_lineno :]])
        before = "".join(lines[node.lineno - 1 : node.end_lineno])
        yield Mutation(
            file=file,
            line=node.lineno,
            last=node.end_lineno,
            before=" ".join(before.split()),
            after=" ".join((head + words + tail).split()),
            source=changed,
        )


def _name(root: Path, path: Path) -> str:
    return path.relative_to(root).as_posix()


def _turned(tree: ast.Module) -> Iterator[tuple[ast.expr, str]]:
    """Each expression that can be turned, with the words that stand there then."""
    silent = {id(inner) for node in ast.walk(tree) for part in _without_effect(node) for inner in ast.walk(part)}
    for node in ast.walk(tree):
        if isinstance(node, (ast.If, ast.While, ast.IfExp)) and id(node.test) not in silent:
            yield node.test, f"(not ({ast.unparse(node.test)}))"
        if isinstance(node, ast.comprehension):
            yield from ((test, f"(not ({ast.unparse(test)}))") for test in node.ifs if id(test) not in silent)
        if isinstance(node, ast.expr) and id(node) not in silent:
            yield from ((node, f"({ast.unparse(other)})") for other in _others(node))


def _without_effect(node: ast.AST) -> Iterator[ast.AST]:
    """What no run of the program looks at: types, decorators, and the words of messages and documentation."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield from node.decorator_list
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.returns:
        yield node.returns
    if isinstance(node, (ast.arg, ast.AnnAssign)) and node.annotation:
        yield node.annotation
    if isinstance(node, (ast.JoinedStr, ast.Assert)):
        yield node
    if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
        yield node
    if isinstance(node, ast.Assign) and isinstance(node.value, (ast.Subscript, ast.BinOp)):
        names = [target.id for target in node.targets if isinstance(target, ast.Name)]
        if any(name.strip("_")[:1].isupper() and not name.isupper() for name in names):
            yield node.value  # a type with a name of its own
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("cast", "field"):
        yield node


def _others(node: ast.expr) -> Iterator[ast.expr]:
    match node:
        case ast.Compare(ops=[op], left=left, comparators=right) if type(op) in _COMPARED:
            yield ast.Compare(left=left, ops=[_COMPARED[type(op)]()], comparators=right)
        case ast.Compare(ops=[first, *rest], left=left, comparators=right) if type(first) in _COMPARED:
            yield ast.Compare(left=left, ops=[_COMPARED[type(first)](), *rest], comparators=right)
        case ast.BoolOp(op=op, values=values):
            yield ast.BoolOp(op=ast.Or() if isinstance(op, ast.And) else ast.And(), values=values)
        case ast.BinOp(op=op, left=one, right=two) if type(op) in _REACHED:
            yield ast.BinOp(left=one, op=_REACHED[type(op)](), right=two)
        case ast.Constant(value=bool(value)):
            yield ast.Constant(value=not value)
        case ast.Constant(value=int(value)):
            yield ast.Constant(value=value + 1)
        case ast.Call(func=ast.Name(id="min" | "max" as name), args=args, keywords=keywords):
            yield ast.Call(func=ast.Name(id="max" if name == "min" else "min"), args=args, keywords=keywords)
        case ast.Call(func=ast.Name(id="sorted"), args=[values], keywords=[]):
            yield ast.Call(func=ast.Name(id="list"), args=[values], keywords=[])
        case ast.List(elts=[_, *rest], ctx=ast.Load()) if rest:
            yield ast.List(elts=rest, ctx=ast.Load())
        case ast.Set(elts=[_, *rest]) if rest:
            yield ast.Set(elts=rest)
        case ast.Tuple(elts=[*rest, ast.Constant(value=str())], ctx=ast.Load()) if rest:
            yield ast.Tuple(elts=rest, ctx=ast.Load())
