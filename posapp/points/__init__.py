"""Points: a ledger whose books always agree.

Promises
- All numbers are whole: points, minor units of money, basis points. Fractions are exact and rounded once per receipt.
- An account changes only together with a posting, on the version that the decision was made on (`ledger`). No number
  of tills at one card can spend the same points twice; a balance is never negative.
- A posting happens once per key, a sale once per receipt and card, and one receipt belongs to one card. The same
  request again gives the stored answer; the same key for something else is a conflict.
- Entries, postings and programmes are never changed. A card's balance less its debt is the sum of its entries; with
  their other sides, all entries of all cards come to zero.
- Lots keep the terms under which they were given, whatever the programme says later.
- More points than one person may give or take by hand are moved by two: what one has asked for, another one approves,
  once, whoever else decides at the same moment (`approving`).
- A birthday brings points once in a calendar year, a referral both sides once; a job that comes late gives them by the
  rules of the moment at which they fell due.
- Of a receipt never more is given back than was spent, or taken back than was earned, however it comes back in parts.
- A card has only so many receipts a day, one person makes only so many adjustments, and nobody serves their own card.
  What is merely odd goes through, and the managers of the store read of it once (`watch`, `watching`).
- What a return would do can be asked beforehand, and is answered by the decision that would be made.
- What shall be is decided by a pure function (`decide`), which can be tried without a database.
"""
