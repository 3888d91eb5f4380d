"""The main job and every page of it in a real Chromium, as people at a counter see and touch them."""
