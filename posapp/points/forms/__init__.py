"""Forms of the ledger's administration: shape only. What each rule may be is said by the programme itself."""
