"""Who somebody is: what was sealed with an application, opened in memory alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What names a person. It shows none of itself."""

    name: str
    email: str
    partner_may_see: tuple[str, ...]  # names of the parts of this
    member_number: str | None = None
    employer: str | None = None
    about_me: str | None = None

    def __repr__(self) -> str:
        """Nothing of anybody."""
        return "Identity(...)"

    def shown(self, part: str) -> str | None:
        """A part, if the person lets a partner see it."""
        value: str | None = getattr(self, part) if part in self.partner_may_see else None
        return value


def identity(data: Mapping[str, Any]) -> Identity:
    """The value of what was sealed, which has the form that its schema asks for."""
    optional = {key: data[key] for key in ("member_number", "employer", "about_me") if key in data}
    return Identity(
        name=data["name"], email=data["email"], partner_may_see=tuple(data["partner_may_see"]), **optional
    )
