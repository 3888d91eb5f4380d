"""The journey at the counter: find a customer, credit, redeem by a code said aloud, undo, take goods back. And the
manager's cards.

Promises
- A number is looked up only by somebody signed in, at a till, and so often an hour; every look-up is in the audit.
- A card is open only to the shift that has found it.
- Points move only by a receipt: credited by its number and amount, redeemed by a fresh code bound to points, receipt
  and total, given back by undoing the whole of it, or by a return of goods to a receipt of that card and that store.
- A return does exactly what was said of it beforehand, or nothing.
- A card is emptied into another only by a code to its own number, bound to both cards, after it was said what moves.
- In the office a manager sees, adjusts and freezes only a card whose whole number they have typed; of what was done in
  the stores of others they see that it was, and where.
- One code page serves every purpose; what a right code does is the purpose's own affair.
"""
