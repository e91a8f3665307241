"""`tocsin demo`: a flood from the alert to the archived record, on this machine alone, with simulated phones and a faster clock.

Everything is the real thing but the providers and the people: `tocsin serve` runs as a process of its own, is killed once on the
way, and what it promises is checked at the end.
"""
