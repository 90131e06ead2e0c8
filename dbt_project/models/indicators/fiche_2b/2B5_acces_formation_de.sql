{{ declared_indicator("stg_france_travail__indicateurs", "2B5_acces_formation_de") }}
