{{ declared_indicator("stg_france_travail__indicateurs", "2B6_acces_emploi_apres_formation") }}
