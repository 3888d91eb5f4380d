"""What every test may lean on: databases, the clock, the served application, the checkers of the whole house.

Promises: nothing in here knows a single feature's rules; each checker can fail, and has a test in which it does.
"""
