"""One outbox, gateways behind one interface, receipts that come back.

Promises
- A message is promised inside the transaction that needs it: it exists if, and only if, that transaction commits.
- No network call is made inside a request. A worker sends what was promised; hints wake it, polling is the truth.
- A promised message is not lost, whoever is killed where: a claim is a lease, and settling is fenced by it.
- Two workers never hold one message. A service text whose sender died is sent again under the same id; an
  advertisement never is.
- A code is derived when it is sent, is never sent after its life, and is in no row, attempt or log.
- A provider's callback that does not prove where it comes from changes nothing.
- A receipt only ever raises a message's rank; one that comes before its message is known is kept and matched later.
- Why a message was sent or held back is kept with it, decided when it was promised and again when it was sent.
"""
