"""What is told when a night fails, or does not come.

Here: the sign of a good night, what makes an alarm, and the mail that carries it. Not here: the
report of a night (``reporting``), keeping and sending mails (``station``).
"""
