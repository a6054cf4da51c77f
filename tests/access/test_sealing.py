"""What is kept sealed needs the SECRET_KEY to be read."""

from __future__ import annotations

from typing import Any

import pytest

from dlfportal.access.sealing import Unreadable, seal, unseal


def test_what_is_sealed_is_read_again_and_shows_nothing() -> None:
    first, second = seal("tops3cret 密码".encode()), seal("tops3cret 密码".encode())
    assert unseal(first) == unseal(second) == "tops3cret 密码".encode()
    assert first != second
    assert "tops3cret" not in first


def test_what_is_sealed_survives_an_update_of_the_portal(settings: Any) -> None:
    """Another key derived from the same SECRET_KEY would lose what waits."""
    settings.SECRET_KEY = "kept by the operator"
    assert (
        unseal(
            "gAAAAABrCUXc4q6Hha3lfyKBqZPj9RgphY7Kiu6EjV3I-rvTn4DxLvTx2uOxrwZLEdTuOa74uXC4xSsxYcO_EPpIoImUsDc1kg=="
        )
        == b"kept"
    )


def test_another_secret_key_reads_nothing(settings: Any) -> None:
    sealed = seal(b"tops3cret")
    settings.SECRET_KEY = "another-key-of-the-portal-that-is-long-enough-to-be-one"
    with pytest.raises(Unreadable, match="SECRET_KEY"):
        unseal(sealed)


@pytest.mark.parametrize("sealed", ["", "x", "gAAAAA"])
def test_what_was_changed_is_not_read(sealed: str) -> None:
    with pytest.raises(Unreadable):
        unseal(sealed)
    with pytest.raises(Unreadable):
        unseal(seal(b"tops3cret")[:-4] + "AAA=")
