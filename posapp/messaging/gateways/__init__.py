"""The gateways: one folder each, found by the folder's name in the setting ``gateways``.

A gateway is everything that speaks to one provider: ``build(settings)`` in the folder's ``__init__`` makes it, and
``protocol`` says what it must be able to do. Nothing else in the product knows a provider. What those on the web share
lies beside the folders: the account (``accounts``), the connection (``wire``), the table of outcomes (``verdicts``) and
the base class (``provider``). docs/gateways.md says how one is added.

Promises
- A gateway says whether a message was surely not sent or perhaps sent: only the first may be sent elsewhere at once.
- It never sends again by itself, follows no redirect, and has no opinion about retries.
- It believes a callback only when it proves where it comes from.
- It keeps nothing: what it answers is typed here, and the room stores it.
"""
