"""The card holder, and the one place where a phone leads to a card.

Promises
- A surname, a given name, a patronymic, a birthday, an e-mail address and a phone are sealed, each to its own row and
  column; nothing in these tables can be read without the key ring.
- A phone is in one place: ``phone_directory``. A change of number, a rotated key, a number that went to somebody else
  touch that table and no other.
- One number, one card: the database decides it, however many tills try at once.
- Where cards were merged, every number of the emptied one leads to the one that lives: the customer is found by either,
  and neither number opens another card.
- Whose birthday a day is can be asked without opening every birthday, and no row tells the day it is of.
- A number typed in is looked up in one statement that names its shard.
"""
