"""The promises of the messaging room, read aloud."""
