{{ stage_france_travail_indicator("france_travail_acces_emploi", "taux", "rate") }}
