"""What the sender is told and tells: a code only for the newest message of a live challenge."""

import pytest

from posapp.messaging.state import State as MessageState
from posapp.verification.challenge import State
from posapp.verification.delivery import on_outcome, text_parameters
from posapp.verification.purposes import Done
from posapp.verification.refusals import SendFailed
from posapp.verification.texts import Delivery
