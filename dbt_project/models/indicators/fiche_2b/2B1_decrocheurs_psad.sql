{{ declared_indicator("stg_region__indicateurs", "2B1_decrocheurs_psad") }}
