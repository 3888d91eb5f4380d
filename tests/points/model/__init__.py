"""The rules of the ledger told a second time, for comparison.

Nothing of the product is imported here: no class, no constant, no function. Where both come to the same answer, two
people have understood the rules in the same way; where they do not, one of them is wrong. Time is whole seconds since
1970, the store lies in Moscow (UTC+3, no summer time), and a lot is an object that remembers what happened to it.
"""
