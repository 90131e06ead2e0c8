"""The mail of a night: composed (`message`), then kept on disk until a server takes it (`outbox`).

Belongs here: nothing but those two modules.
"""
