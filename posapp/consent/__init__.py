"""What a customer agreed to, what they refused, and the proof of both.

Promises
- A document is never edited, only superseded: a version, once published, keeps its text and its SHA-256 for ever.
- Each purpose stands alone: its own document, its own unticked box, its own record. Personal data is never mixed with
  the rules or with advertising, and each advertising consent names its channel.
- A yes and a no are both kept. A record says who asked, for what, on which terms, by which text, when, where, how it
  was signed, and which code on which phone confirmed it. Records are added and never changed.
- Two signatures: the customer's (drawn, or by code) and that of the cashier who took the questionnaire.
"""
