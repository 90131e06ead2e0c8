"""From a cell back to the bytes it came from: what one number is made of, and what became of it.

Here: finding the cell somebody asks for, putting its explanation together from what the nights left
(read only), telling it on the console and as pages of the report. Not here: which rows make which
observation (the mart ``fct_observation_row``), computing anything anew.
"""
