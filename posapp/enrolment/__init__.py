"""The way from a number to a card: questionnaire, the customer's own page, the cashier's signature, the code.

Promises
- What was sent stays: every answer, right or wrong, survives an error, Back, another language, a mended number and a
  lost session. What stands on a page and was never sent survives a lock where scripts run.
- The half-filled questionnaire is sealed whole, opens at its own till only, and is deleted when the card is opened and
  after a day in any case.
- The customer reads every document and answers each one separately, in their own language. Personal data and the rules
  are required; advertising never is, and no box is ticked for anybody.
- Two signatures: the customer draws one or agrees by code; the cashier signs by taking the questionnaire.
- The code signs it all: it is bound to the digest of the questionnaire and of every document shown. Whoever changes
  either voids the code.
- Beginning looks at nobody's card: a number that has one and a number that has none are answered alike.
- Every questionnaire begun leaves one line for the report, with how far it came and why it ended; nothing personal.
"""
