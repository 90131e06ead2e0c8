"""What is on disk against what proves it: hashes, seals, manifests, links.

Here: one inspection a kind of state. Not here: mending (the next fetch, a backup), telling
(``commands.verify``).
"""
