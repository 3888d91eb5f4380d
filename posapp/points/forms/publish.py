"""Switching rules on."""

from __future__ import annotations

from wtforms import HiddenField

from posapp.web.forms import Form, KeyField


class PublishForm(Form):
    """What was looked at (`edition`), and the key of the act."""

    edition = HiddenField()
    key = KeyField()
