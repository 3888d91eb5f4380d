"""Every way in which the ledger says no: a code for machines, a sentence for people that says what to do.

A refusal that depends on the state of a card or of the programme is *remembered* under the key of its request: the
answer is final for that key, so a late duplicate cannot spend what the first request could not. What was merely
written wrong (an amount that is no amount, a missing reason or code) is not remembered: mend it and send it again.
"""

from __future__ import annotations

from typing import ClassVar

from posapp.core.errors import Refusal
from posapp.core.text import N_
from posapp.points.request import Request


class PointsRefusal(Refusal):
    """The ledger moved nothing."""

    remembered: ClassVar[bool] = True
    replayed: bool = False
    """Was this the stored answer to a request that came before?"""
    request: Request | None = None
    """Whose answer it is; set on the way out, so that it can be remembered in a transaction of its own."""


class Already(PointsRefusal):
    """What is asked for was given or done before, and happens once only."""

    code = "already"
    sentence = N_("This has been done before and happens only once. Nothing more is needed.")


class ApprovalRequired(PointsRefusal):
    """The adjustment is beyond what one person may decide alone."""

    code = "approval_required"
    remembered = False
    sentence = N_("More than %(limit)s points need a second person. Ask another manager to approve it.")


class BadAmount(PointsRefusal):
    """An amount, a number of points or a line of a receipt cannot be one."""

    code = "bad_amount"
    status = 400
    remembered = False
    sentence = N_("This amount cannot be used. Enter a whole, positive amount, like the one on the receipt.")


class BadStep(PointsRefusal):
    """Points are spent in steps, and this is between two of them."""

    code = "bad_step"
    sentence = N_("Points are spent in steps of %(step)s. Choose a multiple of it.")


class BelowMinimum(PointsRefusal):
    """Fewer points than may be spent at once."""

    code = "below_min"
    sentence = N_("At least %(least)s points are spent at once. Choose more, or pay without points.")


class Frozen(PointsRefusal):
    """The card is frozen: it earns, but pays nothing and is not merged."""

    code = "frozen"
    sentence = N_("This card is frozen: it collects points but cannot spend them. Ask a manager.")


class HoldCaptured(PointsRefusal):
    """The reserved points were spent on a receipt before."""

    code = "hold_captured"
    sentence = N_("The reserved points have already been spent on a receipt. Open the card to see which.")


class HoldVoid(PointsRefusal):
    """The reserved points were given back to the card."""

    code = "hold_void"
    sentence = N_("The reservation has ended and its points are back on the card. Start again if they are needed.")


class InsufficientPoints(PointsRefusal):
    """The card has fewer points to spend than asked for."""

    code = "insufficient"
    sentence = N_("The card has %(spendable)s points to spend. Choose that many or fewer.")


class KeyConflict(PointsRefusal):
    """The key was used before, for something else."""

    code = "key_conflict"
    status = 422
    remembered = False
    sentence = N_("This form was sent before with other values. Look at the card, then fill in a new form.")


class LimitRedemptions(PointsRefusal):
    """The card has paid with points as often as it may on one day."""

    code = "limit_redeem_ops"
    sentence = N_("This card has paid with points %(limit)s times today, as often as it may. Try again tomorrow.")


class LimitRedeemedPoints(PointsRefusal):
    """The card would spend more points than it may on one day."""

    code = "limit_redeem_points"
    sentence = N_("Today this card may spend %(left)s more points. Choose that many or fewer.")


class TooManyAdjustments(PointsRefusal):
    """One person has adjusted points as often as one person may in a day."""

    code = "limit_adjustments"
    sentence = N_("One person adjusts points at most %(limit)s times a day. Ask another manager, or go on tomorrow.")


class TooManyReceipts(PointsRefusal):
    """The card has had as many receipts as one card may have in a day."""

    code = "limit_receipts"
    sentence = N_("This card has had %(limit)s receipts today, as many as a card may have. Tell your manager.")


class NoAccount(PointsRefusal):
    """There is no such card."""

    code = "no_account"
    status = 404
    remembered = False
    sentence = N_("There is no such card. Find it again by the phone number.")


class NoHold(PointsRefusal):
    """No points were reserved under this name."""

    code = "no_hold"
    status = 404
    sentence = N_("No points are reserved for this. Start again with the receipt.")


class NoReceipt(PointsRefusal):
    """The receipt is not on this card."""

    code = "no_receipt"
    status = 404
    sentence = N_("This receipt is not on the card. Check its number and the store.")


class CodeRequired(PointsRefusal):
    """So many points are spent only with a code from the member's phone."""

    code = "otp_required"
    remembered = False
    sentence = N_("A code from the customer's phone is needed to spend these points. Send a new code.")


class OverReturn(PointsRefusal):
    """More comes back than was bought, or than is left to come back."""

    code = "over_return"
    sentence = N_("This is more than is left to return from the receipt. Look at what has come back already.")


class OverShare(PointsRefusal):
    """Points may pay only a part of a receipt, and this is more."""

    code = "over_share"
    sentence = N_("For this receipt at most %(most)s points can be spent. Choose that many or fewer.")


class OwnCard(PointsRefusal):
    """The person at the till holds the card: nobody gives points to themselves, or spends them."""

    code = "own_card"
    sentence = N_("This is your own card. Ask a colleague to serve you.")


class ReasonRequired(PointsRefusal):
    """Points are adjusted only with a reason."""

    code = "reason_required"
    status = 400
    remembered = False
    sentence = N_("Write down the reason first: it is kept with the points.")


class ReceiptExists(PointsRefusal):
    """The receipt has been entered before, on this card or on another."""

    code = "receipt_exists"
    sentence = N_("This receipt was entered before. Check its number; if it is on the wrong card, ask your manager.")


class SameAccount(PointsRefusal):
    """A card cannot be merged into itself."""

    code = "same_account"
    remembered = False
    sentence = N_("Both numbers lead to the same card, so there is nothing to merge.")


class TooLate(PointsRefusal):
    """The time in which goods may come back is over."""

    code = "too_late"
    sentence = N_("The %(days)s days in which this receipt could be returned are over. Ask a manager.")


BY_CODE: dict[str, type[PointsRefusal]] = {
    refusal.code: refusal
    for refusal in (
        Already, ApprovalRequired, BadAmount, BadStep, BelowMinimum, Frozen, HoldCaptured, HoldVoid,
        InsufficientPoints, KeyConflict, LimitRedemptions, LimitRedeemedPoints, NoAccount, NoHold, NoReceipt,
        CodeRequired, OverReturn, OverShare, OwnCard, ReasonRequired, ReceiptExists, SameAccount, TooLate,
        TooManyAdjustments, TooManyReceipts,
    )
}  # fmt: skip
"""The refusal of each code: how a stored one is given again."""
