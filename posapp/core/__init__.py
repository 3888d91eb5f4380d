"""The ground floor: what every room stands on and which knows no room above it.

Promises:

- Time comes from one place (`clock`) and is always aware UTC.
- Names of rows are made here (`ids`), by the application, never by the database.
- A phone, an amount of money, a number of points and a drawn signature are parsed once, at the door,
  and refused with a sentence that says what to do (`phone`, `money`, `drawing`). Printing a phone is safe.
- Personal data is sealed to the row it belongs to and found again by a keyed index (`seal`), under keys
  that live in one file outside the database (`keys`).
- A no is an exception that undoes what was begun (`errors`); only `db` commits.
"""
