"""A house of sample pages: what the till's pages are made of, with answers that a test can choose."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from babel.numbers import format_decimal
from flask import Flask, Response, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import Babel
from jinja2 import ChoiceLoader, FileSystemLoader
from wtforms import BooleanField, Form, HiddenField, PasswordField, RadioField, StringField, TelField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from posapp.web import assets

TEMPLATES = Path(__file__).parents[2] / "templates"
POLICY = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
ENDPOINTS = {
    "web.language": "/language",
    "staff.lock": "/lock",
    "staff.sign_out": "/sign-out",
    "till.home": "/home",
    "till.cards": "/cards",
    "till.receipts": "/receipts",
    "points.overview": "/points",
    "stores.tills": "/tills",
    "reports.enrolment": "/report",
}


class SampleForm(Form):  # type: ignore[misc]
    """One field of each kind."""

    phone = TelField("Телефон покупателя", [InputRequired()])
    code = StringField("Код из сообщения", [InputRequired()])
    pin = PasswordField("PIN-код", [InputRequired()])
    amount = StringField("Сумма чека", [InputRequired("Напишите сумму.")])
    receipt = StringField("Номер чека", [InputRequired("Напишите номер чека.")])
    points = StringField("Баллов к списанию")
    agree = BooleanField("Я согласен на обработку персональных данных", [InputRequired("Без согласия карты не будет.")])
    by_code = BooleanField("Не могу расписаться: соглашусь кодом")
    language = RadioField(
        "Язык", [InputRequired()], choices=[SelectChoice("ru", "Русский"), SelectChoice("en", "English")], default="ru"
    )
    key = HiddenField(default="0190-key")


@dataclass
class House:
    """The sample pages, what was sent to them, and how they answer."""

    sent: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    answers: dict[str, Callable[[dict[str, str]], Any]] = field(default_factory=dict)
    idle_seconds: int = 180

    def answer(self, path: str) -> ResponseReturnValue:
        """To a script what the test has chosen for `path`, to a form the name of the place it came to."""
        self.sent.append((path, request.form.to_dict()))
        if path in self.answers:
            return jsonify(self.answers[path](request.form.to_dict()))
        return render_template("arrived.html", place=path)

    def posts_to(self, path: str) -> list[dict[str, str]]:
        """The forms that came to `path`."""
        return [form for where, form in self.sent if where == path]


def build(house: House) -> Flask:
    """The application of the sample pages: GET /page/<name>, anything else answers as `house` says."""
    app = Flask("sample", static_folder=None)
    app.jinja_loader = ChoiceLoader([FileSystemLoader(Path(__file__).parent / "pages"), FileSystemLoader(TEMPLATES)])
    app.secret_key = "sample"
    Babel(app)
    assets.init_app(app)
    app.add_template_global(lambda: "token", "csrf_token")
    app.add_template_global(lambda: request.path, "page_again")
    app.add_template_filter(lambda value: format_decimal(value, locale="ru"), "points")
    app.context_processor(lambda: {"locale": "ru", "visitor": _visitor(), "lock_idle_seconds": house.idle_seconds})
    for endpoint, path in ENDPOINTS.items():
        app.add_url_rule(path, endpoint, lambda: house.answer(request.path), methods=["GET", "POST"])
    app.add_url_rule("/page/<name>", "page", _page)
    app.add_url_rule("/act/<name>", "act", lambda name: house.answer(name), methods=["GET", "POST"])
    app.after_request(_dress)
    return app


def _visitor() -> SimpleNamespace:
    desk = request.args.get("at") == "desk"
    subject = 1 if desk else 2
    person = SimpleNamespace(name="Анна Константинопольская", state="active", staff_id=1, session_subject=subject)
    till = SimpleNamespace(till_id=2, till_name="Касса 2", store_name="Магазин на Тверской")
    return SimpleNamespace(till=None if desk else till, person=person)


def _page(name: str) -> Response:
    form = SampleForm(data={"phone": "+7 ", "key": "0190-key"})
    wrong = "wrong" in request.args
    if wrong:
        form = SampleForm(formdata=_nothing())
        form.validate()
    return make_response(render_template(f"{name}.html", form=form, form_errors=wrong), 422 if wrong else 200)


def _nothing() -> Any:
    return type("Nothing", (dict,), {"getlist": lambda self, name: []})(language=["ru"])


def _dress(answer: Response) -> Response:
    answer.headers["Content-Security-Policy"] = POLICY
    return answer
