"""Puts the house together: settings, keys, database, the web, then each room, then the ports between them.

A port is how a low room asks a high one: the function is handed over here, never imported there.
"""

from __future__ import annotations

from flask import Flask
from werkzeug.local import LocalProxy
from werkzeug.middleware.proxy_fix import ProxyFix

from posapp import cli
from posapp import settings as settings_module
from posapp.core import keys, logs
from posapp.core.db import db
from posapp.enrolment import routes as enrolment_routes
from posapp.enrolment import service as enrolment
from posapp.messaging import ports as dispatcher
from posapp.messaging import routes as messaging_routes
from posapp.points import routes as points_routes
from posapp.reports import routes as reports_routes
from posapp.settings import Settings, load
from posapp.staff import routes as staff_routes
from posapp.staff import sessions
from posapp.staff.identify import identify
from posapp.stores import routes as stores_routes
from posapp.stores import service as stores
from posapp.till import counter, merging
from posapp.till import routes as till_routes
from posapp.verification import cancelling, delivery, handlers
from posapp.verification.purposes import Purpose
from posapp.web import access, assets, errors, gate, headers, idempotency, locale, places
from posapp.web import routes as web_routes

MEGABYTE = 1_048_576
POSTGRESQL_PATIENCE = "-c lock_timeout=5s -c statement_timeout=30s -c idle_in_transaction_session_timeout=30s"
"""A till would rather hear "try again" than wait for somebody who has stalled."""


def build(settings: Settings | None = None) -> Flask:
    """The application. Raises SettingsRefused or KeyRingRefused with the sentence that says what to mend."""
    settings = settings or load()
    app = Flask("posapp", static_folder=None, template_folder="../templates")
    _configure(app, settings)
    db.init_app(app)
    _install_rooms(app)
    _connect_rooms()
    return app


def _configure(app: Flask, settings: Settings) -> None:
    settings_module.use(settings)
    logs.configure(settings.log_level)
    keys.install(keys.KeyRing.load(settings.key_ring_path, production=settings.is_production))
    app.config.update(
        SECRET_KEY=keys.ring().session,
        SQLALCHEMY_DATABASE_URI=settings.url,
        SQLALCHEMY_ENGINE_OPTIONS=_engine_options(settings),
        MAX_CONTENT_LENGTH=MEGABYTE // 16,
        MAX_FORM_MEMORY_SIZE=MEGABYTE // 16,
        MAX_FORM_PARTS=100,
        TRUSTED_HOSTS=_hosts(settings),
        DEBUG=settings.debug,
        TESTING=settings.env == "testing",
        SESSION_COOKIE_NAME="__Host-form" if settings.is_production else "form",
        SESSION_COOKIE_SECURE=settings.is_production,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
    )
    if settings.proxy_hops:
        hops = settings.proxy_hops
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]


def _engine_options(settings: Settings) -> dict[str, object]:
    quiet: dict[str, object] = {"hide_parameters": True}  # a fault's text must not repeat what was bound
    if settings.url.startswith("sqlite"):
        return quiet
    return quiet | {
        "pool_size": settings.database_pool,
        "max_overflow": settings.database_pool,
        "pool_timeout": 5,
        "isolation_level": "READ COMMITTED",
        "connect_args": {"options": POSTGRESQL_PATIENCE},
    }


def _hosts(settings: Settings) -> list[str]:
    own = settings.base_url.partition("://")[2].partition("/")[0].partition(":")[0]
    local = [] if settings.is_production else ["127.0.0.1", "localhost"]
    return [own, *settings.trusted_hosts, *local]


def _install_rooms(app: Flask) -> None:
    """The web's parts in the order in which they look at a request, then each room's pages."""
    for part in (headers, locale, assets, gate, errors):
        part.init_app(app)
    access.install(app, identify)
    app.add_template_global(idempotency.new_key, "idempotency_key")
    app.add_template_global(places.again, "page_again")
    # Read when a template asks for them, so that a refusal can be shown while the database is away.
    app.jinja_env.globals.update(visitor=LocalProxy(access.visitor), locale=LocalProxy(locale.language))
    rooms = (
        web_routes,
        messaging_routes,
        stores_routes,
        staff_routes,
        points_routes,
        enrolment_routes,
        till_routes,
        reports_routes,
    )
    for room in rooms:
        app.register_blueprint(room.blueprint)
    cli.register(app)


def _connect_rooms() -> None:
    """The ports: what a low room asks of a high one is handed over here, never imported there."""
    dispatcher.install(text_parameters=delivery.text_parameters, on_outcome=delivery.on_outcome)
    sessions.on_end(cancelling.cancel_all)
    stores.on_revoke[:] = [sessions.end_at_till]
    handlers.register(Purpose.ENROL, enrolment.open_card)
    handlers.register(Purpose.REDEEM, counter.redeem)
    handlers.register(Purpose.MERGE_CARDS, merging.merge)
