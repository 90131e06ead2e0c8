"""France Travail: its statistics APIs behind OAuth2."""
