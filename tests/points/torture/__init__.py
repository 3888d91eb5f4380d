"""Torture: many processes at a few cards, killed at any moment, on a server that is killed too.

Each client is a process of its own. It writes down what it is going to ask before it asks, and the answer when it has
one; whoever takes over from a killed client reads that and asks again, under the same keys, for whatever was not
answered. Some requests are made by all clients at once, some again after their answer, some under a key that was used
for something else. When all are done, the books of every card must agree, each answer that a client got must be in
them once, and what was refused must be refused again.

    python -m tests.points.torture --operations 20000
"""
