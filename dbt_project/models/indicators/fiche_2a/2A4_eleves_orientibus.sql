{{ declared_indicator("stg_region__indicateurs", "2A4_eleves_orientibus") }}
