"""Every setting: its name, unit, default and reason; and the starts that are refused.

Read from the environment as ``POSAPP_<NAME>``. A value that is wrong stops the start with a sentence that says what to
write instead. ``POSAPP_ENV`` unset means production, so that forgetting it is safe.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self

from phonenumbers import SUPPORTED_REGIONS
from pydantic import Field, ValidationError, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from posapp.core.db_place import refuse_network_folder, sqlite_path

Env = Literal["production", "development", "testing"]

ALERTS_BEFORE_STOPS = (
    ("card_receipts_alert_per_day", "card_receipts_stop_per_day"),
    ("staff_adjustments_alert_per_day", "staff_adjustments_stop_per_day"),
)
"""Pairs of settings: nobody is stopped before somebody was told."""


class SettingsRefused(Exception):
    """The settings cannot be started with; the sentence says which one and what to write."""


class Settings(BaseSettings):
    """What the house is started with. Field docstrings give unit and reason; ``docs/settings.md`` lists them all."""

    model_config = SettingsConfigDict(env_prefix="POSAPP_", extra="forbid", frozen=True, use_attribute_docstrings=True)

    env: Env = "production"
    """Where this runs. Anything but production binds 127.0.0.1 only and shows the on-screen phone."""
    data_dir: Path = Path("var")
    """Folder of the SQLite database, the key ring, the worker's wake-up socket and the on-screen phone."""
    database_url: str = ""
    """SQLAlchemy address; empty means SQLite in the data folder. PostgreSQL: ``postgresql+psycopg://…``."""
    sqlite_in_production: bool = False
    """An explicit yes to SQLite in production: right for one machine, wrong for a chain."""
    key_ring: Path | None = None
    """Key ring file, mode 0400; empty means ``keys.json`` in the data folder."""
    base_url: str = "http://127.0.0.1:8000"
    """The address people type; its host is trusted and production wants https."""
    trusted_hosts: Annotated[tuple[str, ...], NoDecode] = ()
    """Other host names to answer to, comma-separated; a request for any other host is refused."""
    proxy_hops: int = Field(0, ge=0, le=4)
    """How many reverse proxies stand in front; exactly so many X-Forwarded-For entries are believed."""
    debug: bool = False
    """Tracebacks in the browser. Refused in production."""
    demo: bool = False
    """Is the demo shop wanted? Refused in production."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    """Least severe log line that is written; phones and codes are masked at every level."""

    region: str = Field("RU", pattern=r"^[A-Z]{2}$")
    """Country (ISO 3166) of the shop, whose numbers are typed without a plus; the shop's file may name another."""
    allowed_regions: Annotated[tuple[str, ...], NoDecode] = ("RU",)
    """Countries, comma-separated, that codes are sent to; each country opened is a door to paid-SMS fraud."""
    refuse_dummy_numbers: bool = False
    """Refuse numbers such as 9999999999, typed to get past a form; the demo shop lets them in."""
    default_language: Literal["ru", "en"] = "ru"
    """Language of a page before its reader has chosen one."""

    code_life_seconds: int = Field(300, ge=60, le=600)
    """A code's life from its own send (NIST SP 800-63B: at most 10 minutes)."""
    challenge_life_seconds: int = Field(600, ge=60, le=600)
    """A challenge's life from its creation, whatever is sent again."""
    attempts_max: int = Field(5, ge=1, le=10)
    """Wrong codes a challenge allows, kept across resends."""
    sends_max: int = Field(3, ge=1, le=5)
    """Codes that one challenge may send: the first and its resends."""
    resend_cooldown_seconds: Annotated[tuple[int, ...], NoDecode] = (60, 120)
    """Waits before the second, third … code, comma-separated; at least 30 s each."""
    number_sends_ten_minutes: int = Field(3, ge=1)
    """Codes one number gets in ten minutes, over all tills."""
    number_sends_hour: int = Field(6, ge=1)
    """Codes one number gets in an hour."""
    number_sends_day: int = Field(10, ge=1)
    """Codes one number gets in 24 hours."""
    number_failures_day: int = Field(10, ge=1, le=100)
    """Wrong codes for one number in rolling 24 hours before it is locked."""
    number_failures_streak: int = Field(50, ge=1, le=100)
    """Wrong codes in a row, without one success, before the number is disabled (NIST: at most 100)."""
    find_alert_per_hour: int = Field(120, ge=1)
    """Distinct numbers one cashier looks up in an hour before the manager hears of it."""
    find_stop_per_hour: int = Field(240, ge=1)
    """Distinct numbers one cashier looks up in an hour before look-ups stop."""
    redeem_code_points_max: int = Field(3000, ge=1)
    """Points that a code alone may spend, per operation and per day; above it a manager is needed."""
    card_receipts_alert_per_day: int = Field(5, ge=1, le=1_000_000)
    """Receipts on one card in a day of business; of more the manager hears: few people shop more often."""
    card_receipts_stop_per_day: int = Field(15, ge=1, le=1_000_000)
    """Receipts on one card in a day of business, at most; the next one is refused."""
    redeemed_soon_minutes: int = Field(10, ge=1, le=1440)
    """Points that are spent so soon after their card was opened are told to the manager: nobody collects that fast."""
    staff_adjustments_alert_per_day: int = Field(5, ge=1, le=1_000_000)
    """Adjustments by hand that one person makes in a day; of more the manager hears."""
    staff_adjustments_stop_per_day: int = Field(20, ge=1, le=1_000_000)
    """Adjustments by hand that one person makes in a day, at most; then it is a colleague's turn."""
    staff_overrides_alert_per_day: int = Field(0, ge=0, le=1_000_000)
    """Redemptions that one person lets pass without a code in a day; of each further one the manager hears."""
    adjustment_request_days: int = Field(7, ge=1, le=90)
    """Days that an adjustment waits for a second person before it lapses."""
    challenge_keep_days: int = Field(90, ge=1)
    """Days an ended challenge is kept for the evidence of its consent; its number is blanked at the end."""

    birthday_late_days: int = Field(7, ge=0, le=60)
    """Days back for which birthdays are made up for that no worker saw; later than that a gift only puzzles."""
    draft_life_hours: int = Field(24, ge=1, le=72)
    """A half-filled questionnaire is deleted after this."""
    undo_seconds: int = Field(10, ge=0, le=60)
    """How long the cashier may undo the last operation; later the manager does."""
    undo_leeway_seconds: int = Field(5, ge=0, le=30)
    """Allowed on top for a tap that travels slowly."""
    shift_lock_idle_seconds: int = Field(180, ge=30, le=900)
    """A till locks itself after this much idleness; the PIN opens it."""
    shift_idle_seconds: int = Field(1800, ge=60, le=7200)
    """A shift ends after this much idleness; the password begins a new one."""
    shift_life_seconds: int = Field(43200, ge=3600, le=57600)
    """A shift's longest life."""
    office_idle_seconds: int = Field(900, ge=60, le=3600)
    """A manager's sign-in ends after this much idleness."""
    office_life_seconds: int = Field(28800, ge=3600, le=43200)
    """A manager's sign-in's longest life."""
    till_code_life_seconds: int = Field(600, ge=60, le=3600)
    """Life of the one-time code that enrols a till."""
    pin_failures_max: int = Field(5, ge=1, le=10)
    """Wrong PINs before a shift asks for the password."""

    gateways: Annotated[tuple[str, ...], NoDecode] = ("console",)
    """Message gateways by folder name, comma-separated, best first. ``console`` is refused in production."""
    gateway_file: Path | None = None
    """File of the gateways' accounts, mode 0400; empty means ``gateways.toml`` in the data folder."""
    outbox_lease_seconds: int = Field(30, ge=5, le=300)
    """How long a worker holds a message; another takes it over after that."""
    outbox_poll_seconds: float = Field(1.0, ge=0.05, le=60)
    """Pause between looks at the outbox when no hint comes."""
    worker_silent_seconds: int = Field(15, ge=3, le=300)
    """A worker that has not been heard of for so long counts as gone."""
    database_pool: int = Field(5, ge=1, le=50)
    """Connections a process keeps; a web worker needs one per thread."""

    @model_validator(mode="before")
    @classmethod
    def _split_lists(cls, values: dict[str, object]) -> dict[str, object]:
        lists = ("trusted_hosts", "allowed_regions", "resend_cooldown_seconds", "gateways")
        return {
            name: tuple(part.strip() for part in value.split(",") if part.strip())
            if name in lists and isinstance(value, str)
            else value
            for name, value in values.items()
        }

    @model_validator(mode="after")
    def _belongs_together(self) -> Self:
        if any(wait < 30 for wait in self.resend_cooldown_seconds) or not self.resend_cooldown_seconds:
            raise ValueError("POSAPP_RESEND_COOLDOWN_SECONDS: write waits of at least 30, such as 60,120")
        if self.code_life_seconds > self.challenge_life_seconds:
            raise ValueError("POSAPP_CODE_LIFE_SECONDS: write at most POSAPP_CHALLENGE_LIFE_SECONDS")
        for soft, hard in ALERTS_BEFORE_STOPS:
            if getattr(self, soft) > getattr(self, hard):
                raise ValueError(f"POSAPP_{soft.upper()}: write at most POSAPP_{hard.upper()}")
        unknown = [code for code in (self.region, *self.allowed_regions) if code not in SUPPORTED_REGIONS]
        if unknown or not self.allowed_regions:
            raise ValueError("POSAPP_ALLOWED_REGIONS: write country codes of two capital letters, such as RU,KZ")
        if not self.gateways:
            raise ValueError("POSAPP_GATEWAYS: name at least one gateway, such as kannel")
        if self.is_production:
            self._refuse_unsafe()
        return self

    def _refuse_unsafe(self) -> None:
        """Production starts whole or not at all; each line is one unsafe start."""
        place = sqlite_path(self.url)
        unsafe = {
            "POSAPP_DEBUG: switch debug off in production": self.debug,
            "POSAPP_DEMO: demo data has no place in production": self.demo,
            "POSAPP_GATEWAYS: console shows codes on a screen; name a real gateway": "console" in self.gateways,
            "POSAPP_BASE_URL: production needs an https address": not self.base_url.startswith("https://"),
            "POSAPP_DATABASE_URL: name a PostgreSQL database, or say POSAPP_SQLITE_IN_PRODUCTION=true": bool(place)
            and not self.sqlite_in_production,
        }
        for sentence, found in unsafe.items():
            if found:
                raise ValueError(sentence)
        if place:
            refuse_network_folder(place)

    @property
    def is_production(self) -> bool:
        return self.env == "production"

    @property
    def url(self) -> str:
        """The database's address, SQLite in the data folder unless another is named."""
        return self.database_url or f"sqlite:///{self.sqlite_file}"

    @property
    def sqlite_file(self) -> Path:
        """Where the database lies when no other is named."""
        return (self.data_dir / "posapp.sqlite").resolve()

    @property
    def key_ring_path(self) -> Path:
        return self.key_ring or self.data_dir / "keys.json"

    @property
    def gateway_file_path(self) -> Path:
        return self.gateway_file or self.data_dir / "gateways.toml"


def load(**overrides: object) -> Settings:
    """Settings from the environment, with ``overrides`` on top. Raises SettingsRefused with one sentence a fault."""
    try:
        return Settings(**overrides)  # type: ignore[arg-type]  # pydantic checks them
    except ValidationError as fault:
        raise SettingsRefused("\n".join(_sentence(error) for error in fault.errors())) from None


def _sentence(error: ErrorDetails) -> str:
    message = str(error["msg"]).removeprefix("Value error, ")
    name = ".".join(str(part) for part in error["loc"][:1])
    return f"POSAPP_{name.upper()}: {message[0].lower()}{message[1:]}" if name else message


_current: list[Settings] = []


def use(settings: Settings) -> None:
    """Make ``settings`` the ones that ``current()`` answers; done once, by create_app."""
    _current[:] = [settings]


def current() -> Settings:
    """The settings this process was started with. Raises RuntimeError before create_app."""
    if not _current:
        raise RuntimeError("no settings yet: create_app has not run")
    return _current[0]
