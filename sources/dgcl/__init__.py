"""The directorate of local government: its contract, and the EPCI of each commune."""
