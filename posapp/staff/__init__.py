"""The people who sign in: how they prove who they are, and what a browser keeps of it.

Promises

- A password is tried once at a time and ever more slowly after failures, up to fifteen minutes, and never locked for
  good. An unknown login costs the same and is answered the same as a wrong password.
- At a till the password opens a shift; six digits that the cashier chooses then unlock and switch it, on that till and
  in that shift only. Five wrong PINs end the shift.
- One person at a time holds a till. When another takes it, the former's shift is locked and the codes under way are
  cancelled.
- A cookie's secret changes with every sign-in, unlock and switch; the old one opens nothing from then on.
- Whoever is disabled or given another role is out at the next request, on every device at once.
- A till locks itself, a shift and a sign-in end by themselves: the server's clock decides when it is asked.
"""
