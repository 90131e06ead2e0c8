{{ declared_indicator("stg_france_travail__indicateurs", "1C6_taux_retour_emploi_th") }}
