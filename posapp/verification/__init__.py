"""Proving that a customer holds a number: a code goes to it, the customer says it aloud, the cashier types it.

Promises
- A code is good once, for one purpose, one subject, one number, one till and one shift; neighbours may hear it.
- A code is never stored: it is derived when it is sent and again when it is checked. Nothing in a row, an outbox, a log
  or a backup can be turned into one, and a row that was edited makes its code wrong.
- A try is spent before the code is compared, in a transaction of its own, so that no two guesses share one try.
- Where the sum is known later, a right code becomes a grant: good for 300 s, for one use at the same till and in the
  same shift, and gone with them.
- A number has one live challenge; the newest supersedes. A resend makes a new code, kills the old one, and keeps the
  tries and the hard end.
- What one number may be sent and may fail is counted in the database over every till and worker, and fails closed.
- Starting looks at the number alone and never at who holds it: known or unknown, the statements are the same.
"""
