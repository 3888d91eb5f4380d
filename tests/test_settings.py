"""What the house refuses to start with."""

from pathlib import Path

import pytest

from posapp.core.db_place import refuse_network_folder
from posapp.settings import SettingsRefused, load

SAFE = {
    "env": "production",
    "gateways": "kannel",
    "base_url": "https://card.example",
    "database_url": "postgresql+psycopg://card@db/card",
}


def test_forgetting_the_environment_means_production() -> None:
    with pytest.raises(SettingsRefused):
        load()
    assert load(**(SAFE | {"env": "production"})).is_production


@pytest.mark.parametrize(
    ("unsafe", "says"),
    [
        ({"debug": True}, "POSAPP_DEBUG"),
        ({"demo": True}, "POSAPP_DEMO"),
        ({"gateways": "kannel,console"}, "POSAPP_GATEWAYS"),
        ({"base_url": "http://card.example"}, "POSAPP_BASE_URL"),
        ({"database_url": ""}, "POSAPP_SQLITE_IN_PRODUCTION"),
        ({"attempts_max": 11}, "POSAPP_ATTEMPTS_MAX"),
        ({"code_life_seconds": 601}, "POSAPP_CODE_LIFE_SECONDS"),
        ({"challenge_life_seconds": 601}, "POSAPP_CHALLENGE_LIFE_SECONDS"),
        ({"sends_max": 6}, "POSAPP_SENDS_MAX"),
        ({"resend_cooldown_seconds": "20,60"}, "POSAPP_RESEND_COOLDOWN_SECONDS"),
        ({"number_failures_streak": 101}, "POSAPP_NUMBER_FAILURES_STREAK"),
        ({"code_life_seconds": 300, "challenge_life_seconds": 200}, "POSAPP_CODE_LIFE_SECONDS"),
        (
            {"card_receipts_alert_per_day": 16},
            "POSAPP_CARD_RECEIPTS_ALERT_PER_DAY: write at most POSAPP_CARD",
        ),
        ({"staff_adjustments_stop_per_day": 4}, "POSAPP_STAFF_ADJUSTMENTS_ALERT_PER_DAY: write at most POSAPP_STAFF"),
        ({"colour": "blue"}, "POSAPP_COLOUR"),
    ],
)
def test_an_unsafe_start_is_refused_with_the_name_of_the_setting(unsafe: dict[str, object], says: str) -> None:
    with pytest.raises(SettingsRefused, match=says):
        load(**(SAFE | unsafe))


def test_sqlite_in_production_needs_an_explicit_yes() -> None:
    assert load(**(SAFE | {"database_url": "", "sqlite_in_production": True})).url.startswith("sqlite")


def test_sqlite_on_a_network_file_system_is_refused(tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(f"/dev/sda / ext4 rw 0 0\nserver:/x {tmp_path} nfs4 rw 0 0\n")
    with pytest.raises(ValueError, match="nfs4"):
        refuse_network_folder(tmp_path / "posapp.sqlite", mounts)
    mounts.write_text(f"server:/x / nfs4 rw 0 0\n/dev/sdb {tmp_path} ext4 rw 0 0\n")
    refuse_network_folder(tmp_path / "posapp.sqlite", mounts)


def test_lists_are_read_from_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSAPP_ENV", "testing")
    monkeypatch.setenv("POSAPP_ALLOWED_REGIONS", "RU, KZ")
    monkeypatch.setenv("POSAPP_RESEND_COOLDOWN_SECONDS", "30,90")
    settings = load()
    assert (settings.allowed_regions, settings.resend_cooldown_seconds) == (("RU", "KZ"), (30, 90))
