{{ stage_france_travail_indicator("france_travail_emploi_apres_formation", "taux", "rate") }}
