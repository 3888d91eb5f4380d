"""The shop with something on every page: done over HTTP, so that a browser only has to look."""

from __future__ import annotations

from posapp.core import clock
from posapp.core.actor import system_actor
from posapp.core.db import transaction
from posapp.points import liability, nightly, programmes
from posapp.points.programme import Programme
from posapp.shop_file import Questions
from posapp.stores.cookie import SESSION
from posapp.stores.models import Till
from posapp.stores.service import change_shop
from tests.journey.screens import PASSWORDS, Jar, jar_of
from tests.support.visiting import Visitor
from tests.till.office import colleague, office
from tests.till.scene import CHARLIE, Counter, Tablet

PAVEL, VERA, GLEB, LEV = "+79057654321", "+79067654321", "+79077654321", "+79087654321"
LEVS_RECEIPT = "1000"


def ask_every_question(counter: Counter) -> None:
    """Who invited a customer is asked, too: the shop wants it and the programme pays for it."""
    with counter.app.app_context(), transaction():
        change_shop(questionnaire=Questions(referrer=True).model_dump())
        rules, today = Programme(referral_points=100), counter.clock.now().date()
        programmes.publish(rules, name="Основная", starts_on=today, actor=system_actor("test"), at=counter.clock.now())


class Stocked:
    """`jars`: who is asking. `paths`: where their pages are.

    At the first till Anna has opened Olga's card and credited receipts to it, one of different goods, one whose goods
    came back; a code is on its way to Pavel; and there are three questionnaires: begun, answered and signed. Two things
    were odd: points of a new card were spent at once, which Irina has looked into, and the same receipt was tried on
    Olga's card. At the second Timur had to sign in again before a form was sent. At the third Anna has a password but
    no PIN yet, and Timur's shift is behind his. Irina is working on other rules. She has found Olga's card at a till of
    her own and in the office, where more points than she may give wait for Oleg.
    """

    def __init__(self, counter: Counter) -> None:
        self.counter = counter
        self.store_id = str(counter.rows(Till.store_id, Till.id == counter.tills[0])[0])
        self.paths: dict[str, str] = {}
        ask_every_question(counter)
        self.jars: dict[str, Jar] = {"nobody": {}, "office": self._at_the_desk(counter.office())}
        self.jars["counter"] = self._at_work(counter.tablet("anna"))
        self.jars["back again"] = self._back_again(counter.tablet("timur", till=1))
        self.jars["door"] = self._at_the_door(counter.tablet("timur", till=2))
        self._managers(counter)
        self._an_hour_later()

    def _at_work(self, anna: Tablet) -> Jar:
        self._oddly(anna)
        anna.enrol()
        anna.credit(LEVS_RECEIPT, "500")
        self.paths["opened"] = anna.path
        anna.credit("1001", "1234,56")
        self.paths["credited"] = anna.path
        self.paths["card"] = f"/till/card/{anna.member_id}"
        self._returns(anna)
        self.paths["code"] = f"/till/code/{anna.ask_enrol_code(PAVEL)}"
        self.counter.work()
        self.paths["signed"] = f"/till/enrol/{anna.questionnaire(CHARLIE)}"
        self.paths["answered"] = self._begun(anna, VERA)
        anna.send(anna.path, surname="Белова", given_name="Вера", language="ru")
        self.paths["begun"] = self._begun(anna, GLEB)
        return jar_of(anna.client)

    def _oddly(self, anna: Tablet) -> None:
        """Points are spent on a card that was opened just now; the manager has looked into it."""
        anna.enrol(LEV)
        anna.ask_redeem_code(LEVS_RECEIPT, "500", "50")
        anna.type_code(self.counter.newest_code(LEV))
        irina = self.counter.office()
        irina.go("/manager/points/alerts")
        irina.send("/manager/points/alerts/seen", note="Скидка на день рождения магазина, всё верно.")

    def _returns(self, anna: Tablet) -> None:
        anna.credit("1002", "2000", **{"lines-0-amount": "300", "lines-2-amount": "250"})
        anna.credit("1003", "500")
        for number, name in (("1001", "return"), ("1002", "return of lines"), ("1003", "taken back")):
            anna.go(f"{self.paths['card']}/return")
            anna.send(f"{self.paths['card']}/return", receipt=number)
            self.paths[name] = anna.path
        anna.send(anna.path)
        self.paths["taken back"] = anna.path

    def _an_hour_later(self) -> None:
        """The jobs that count what there is have come round again."""
        with self.counter.app.app_context():
            liability.keep_days(clock.now())
            nightly.turn(clock.now())

    def _at_the_desk(self, irina: Visitor) -> Jar:
        """Another rate, two tiers, a campaign."""
        edit = "/manager/points/programme/edit"
        irina.go(f"{edit}/earning")
        irina.send(f"{edit}/earning", earn_rate_bp="7")
        irina.go(f"{edit}/tiers")
        irina.send(f"{edit}/tiers", do="add")
        irina.send(f"{edit}/tiers", **{"rows-0-spend": "20000", "rows-0-percent": "150"}, do="add")
        irina.go(f"{edit}/campaigns/0")
        days = {"first_day": "2026-03-10", "last_day": "2026-03-31", "weekdays-day_6": "y", "kinds-others": "кофе"}
        irina.send(f"{edit}/campaigns/0", name="Кофе вдвойне по субботам", **days)
        return jar_of(irina.client)

    def _begun(self, anna: Tablet, phone: str) -> str:
        anna.go("/till")
        anna.send("/till/new", phone=phone)
        return anna.path

    def _back_again(self, timur: Tablet) -> Jar:
        """A receipt was typed while the shift was over."""
        timur.find()
        form = timur.form(r"/till/card/[^/]+/credit")
        timur.client.delete_cookie(SESSION)
        timur.post(form.action, form.fields | {"amount": "500", "receipt": "1005"})
        timur.begin_shift("timur")
        assert timur.path == "/resume", timur.path
        return jar_of(timur.client)

    def _at_the_door(self, tablet: Tablet) -> Jar:
        tablet.go("/till/sign-in")
        tablet.send("/till/sign-in", login="anna", password=PASSWORDS["anna"])
        return jar_of(tablet.client)

    def _managers(self, counter: Counter) -> None:
        irina, oleg = office(counter), colleague(counter, "Oleg")
        self.paths["office card"] = irina.find()
        irina.adjust(50, "Long wait in the queue")
        irina.adjust(700, "A broken vase")
        self.paths["approval"] = oleg.open_request()
        self.jars |= {"card in the office": jar_of(irina.client), "second office": jar_of(oleg.client)}
        tablet = counter.tablet("manager", till=counter.add_till())
        tablet.find()
        self.paths["merge"] = f"/till/card/{tablet.member_id}/merge"
        self.jars["manager's counter"] = jar_of(tablet.client)
