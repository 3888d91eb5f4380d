"""The rules in force, and every version that there has been or will be."""

from __future__ import annotations

from flask import abort, request
from flask.typing import ResponseReturnValue

from posapp.core.actor import Role
from posapp.points.routes.pages import blueprint
from posapp.points.routes.programme_scene import ROOT, Scene, scene, speech
from posapp.points.sentences import passages
from posapp.points.topics import TITLES
from posapp.points.versions import Version
from posapp.web.access import requires
from posapp.web.pages import page


@blueprint.get(ROOT)
@requires(Role.MANAGER)
def programme() -> ResponseReturnValue:
    """The rules that count now, or those of the version in the address, as plain sentences."""
    seen = scene()
    version = _asked(seen) if "version" in request.args else seen.today
    rules = version.programme if version else seen.working().programme
    return page("points/programme.html", version=version, passages=passages(rules, speech()), **_around(seen))


def _asked(seen: Scene) -> Version:
    number = request.args["version"]
    version = seen.found.numbered(int(number)) if number.isascii() and number.isdecimal() else None
    return version or abort(404)


def _around(seen: Scene) -> dict[str, object]:
    zone = next((store.timezone for store in [*seen.mine, *seen.stores]), "UTC")
    states = seen.found.states(seen.counting)
    return {"seen": seen, "states": states, "places": _places(seen), "zone": zone, "titles": TITLES}


def _places(seen: Scene) -> dict[object, str]:
    """Where each version counts, where it does not count everywhere."""
    several = len(seen.counting) > 1
    return {version: ", ".join(names) for version, names in seen.counting.items()} if several else {}
