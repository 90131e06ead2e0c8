"""The directorate of local government: its contract and the composition of the EPCI it publishes."""
