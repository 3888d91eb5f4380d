"""What managers read: the daily enrolment report, from the first question to the first receipt.

Promises
- Every figure comes from the table of the room that did the thing, and none from another figure. So when the figures
  agree, the rooms agree; when they do not, the page says which one differs and by how much.
- A manager reads of their own stores and of nothing else. Another store's report is not there, and asking is audited;
  so is every reading and every export.
- Each thing counts on the day of business (of its store) on which it happened: a questionnaire when it is begun or
  given up, a code when it is handed to the gateway, its receipt when it comes, and code matched, consents, card and
  account at the one moment of the card. Two exceptions: a code that failed counts on the day it was asked for, and a
  code sent again counts again. So in a short range one step may exceed the step before it.
- Days that are over are counted once more on each of the two following days and then stay as they are; they are read
  from that count. Today, and whatever has not been counted yet, is read live: the figures are the same either way.
- This room writes its counts and nothing else.
"""
