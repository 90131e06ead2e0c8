"""How portals and partners are spoken to and read: one folder a protocol.

Here: clients. Not here: what a client is (``client``), nor what a producer gives, which is data
(``producers``).
"""
