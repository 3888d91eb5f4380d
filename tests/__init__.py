"""The promises of the house, read aloud.

Promises: the database is real (SQLite and PostgreSQL), the clock is ours, nothing of our own is mocked. What a machine
lacks is said loudly, and is a failure where `REQUIRE_POSTGRES=1` or `REQUIRE_BROWSER=1` asks for it.
"""
