"""The one form of this room: the code that enrols a till."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms.validators import Length

from posapp.web.forms import Form, TextField, required

CODE_TYPED_MAX = 100


class SetupForm(Form):
    """The code that the manager's page shows."""

    code = TextField(
        _l("Code of this till"),
        validators=[required(_l("Type the code that the manager's page shows.")), Length(max=CODE_TYPED_MAX)],
    )
