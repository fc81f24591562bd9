"""Names of countries and languages in English, from the Unicode consortium's data (CLDR) in Babel."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache


@cache
def names() -> Mapping[str, str]:
    """Names by code: countries by ISO 3166-1 alpha-2 (``AU``), languages by BCP 47 (``en``, ``zh-Hant``)."""
    from babel import Locale  # loaded when somebody asks, as many commands never do

    english = Locale("en")
    languages = {code.replace("_", "-"): name for code, name in english.languages.items()}
    return {**languages, **{code: name for code, name in english.territories.items() if len(code) == 2}}
