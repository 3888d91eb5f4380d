"""The ground floor's promises."""
