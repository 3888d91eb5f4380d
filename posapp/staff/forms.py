"""The forms of signing in. Pasting and password managers are welcome: nothing here hinders them."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms.validators import Length
from wtforms.widgets import PasswordInput

from posapp.staff.pins import PIN_DIGITS
from posapp.web.forms import Form, TextField, required

TYPED_MAX = 200


class SecretField(TextField):
    """Text that is not shown, and never sent back to the browser."""

    widget = PasswordInput(hide_value=True)


class SignInForm(Form):
    """Login and password."""

    login = TextField(
        _l("Login"),
        validators=[required(_l("Type your login.")), Length(max=TYPED_MAX)],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    password = SecretField(
        _l("Password"),
        validators=[required(_l("Type your password.")), Length(max=TYPED_MAX)],
        render_kw={"autocomplete": "current-password"},
    )


class PinForm(Form):
    """Six digits; what else may be said about them is said by the room's own rules."""

    pin = SecretField(
        _l("PIN"),
        validators=[required(_l("Type your six digits."))],
        render_kw={"inputmode": "numeric", "autocomplete": "current-password", "maxlength": PIN_DIGITS},
    )


class ChoosePinForm(PinForm):
    """The PIN of a shift that begins."""

    pin = SecretField(
        _l("Choose a PIN for this shift"),
        validators=[required(_l("Type six digits."))],
        render_kw={"inputmode": "numeric", "autocomplete": "new-password", "maxlength": PIN_DIGITS},
    )


class UnlockForm(PinForm):
    """Whose shift, and its PIN."""

    shift = TextField(validators=[required(_l("Choose your name."))])
