"""Who is at the desk, and what they may do there.

Here: passwords, sessions, signing in and out, the name that a reverse proxy gives. Not here: who is
declared (``station.desk_users``), what all pages are guarded with (``desk.safeguards``).
"""
