"""How a request is let in, answered and refused; knows no feature.

Promises
- Every route declares who may call it; one that does not is refused to everybody.
- No unsafe request without a token bound to the browser's session, from our own pages only.
- A refusal is a page (or JSON) with a sentence in the reader's language.
- A form that comes while its person is signed out or the till is locked, or with a token from before, is kept
  sealed for half an hour, less passwords, PINs and codes, and offered again to the same person.
  It is never done by itself.
- No inline script or style anywhere, so that the content policy can be strict.
"""
