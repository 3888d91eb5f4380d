"""Fixtures shared by the tests of the stores and of the staff: the house and its people."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask, jsonify

from posapp.core.actor import Role
from posapp.web.access import me, requires
from tests.staff.house import Browser, House, build


@pytest.fixture
def house(app: Flask) -> House:
    """The shop, and two pages that say who is let in: at a till, and in the back office."""

    @requires(Role.CASHIER, Role.MANAGER, till=True)
    def who() -> Any:
        return jsonify(name=me().name)

    @requires(Role.MANAGER)
    def who_in_office() -> Any:
        return jsonify(name=me().name)

    app.add_url_rule("/who", view_func=who, methods=["GET", "POST"])
    app.add_url_rule("/who-in-office", view_func=who_in_office)
    return build(app)


@pytest.fixture
def tablet(house: House) -> Browser:
    """The tablet of Till 1 on Tverskaya; nobody is signed in."""
    return house.tablet()
