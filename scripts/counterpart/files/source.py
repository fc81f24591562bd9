"""What the world looks like to the rules: countries, languages, time zones; plain data, given by the edges."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any, Protocol

from counterpart.findings import Location


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The vocabularies that no round defines for itself."""

    countries: frozenset[str]  # ISO 3166-1 alpha-2
    languages: frozenset[str]  # primary subtags of BCP 47
    time_zones: frozenset[str]  # IANA
    zone_countries: Mapping[str, frozenset[str]]  # where a zone's clock is used; zones of the sea are absent
    zone: Callable[[str], tzinfo]  # the clock of one of the time zones


class Source(Protocol):
    """A file as the rules see it: its data, and the place of everything in it."""

    @property
    def path(self) -> str:
        """The path from the root, with forward slashes."""

    @property
    def data(self) -> Any:
        """Plain data of the shape that the file's schema asks for."""

    def locate(self, *steps: str | int, key: bool = False) -> Location:
        """The place of the value (or of the key) that the steps lead to."""
