"""Groups that grow together as one pair after another turns out to belong to each other."""

from __future__ import annotations

from collections.abc import Iterable


class Joined:
    """Some names in groups, at first each by itself; a group is known by the least of its names."""

    def __init__(self, names: Iterable[str]) -> None:
        self._next = {name: name for name in names}

    def join(self, one: str, other: str) -> None:
        """Put the groups of two names together; nothing happens where one of the names is not there."""
        if one in self._next and other in self._next:
            least, more = sorted((self.group(one), self.group(other)))
            self._next[more] = least

    def group(self, name: str) -> str:
        """The least name of the group of *name*."""
        while self._next[name] != name:
            self._next[name] = self._next[self._next[name]]
            name = self._next[name]
        return name

    def groups(self) -> dict[str, str]:
        """Each name with the least name of its group."""
        return {name: self.group(name) for name in self._next}
