"""The shop, its stores, and the tills in them.

Promises

- A till is let in by a one-time code that a manager makes: at least 128 random bits, good for minutes and for one use.
  Two tablets that type it at the same moment cannot both get in.
- What a tablet keeps afterwards is 256 random bits in a cookie; here lies only their SHA-256. The cookie opens nothing
  by itself: somebody still has to sign in.
- Enrolling a till again or revoking it puts the tablet that was there out at once, and ends the shifts on it.
- A manager sees and touches the tills of the own stores; any other till is not there at all.
"""
