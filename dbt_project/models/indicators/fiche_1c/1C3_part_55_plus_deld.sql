{{ declared_indicator("stg_france_travail__indicateurs", "1C3_part_55_plus_deld") }}
