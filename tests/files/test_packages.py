"""Who lacks the packages of a command is told how to have them, in a way that works."""

from __future__ import annotations

import pytest

from counterpart.files.packages import require
from counterpart.findings import UsageError


def test_whoever_lacks_packages_is_told_how_to_install_them_from_a_copy() -> None:
    require("The relay", "relay", "json", "click")

    with pytest.raises(UsageError) as refused:
        require("The relay", "relay", "json", "no_such_module")
    assert str(refused.value) == (
        "The relay needs more packages. In your copy of Counterpart's repository, run: "
        'pipx install --force ".[relay]"'
    )
