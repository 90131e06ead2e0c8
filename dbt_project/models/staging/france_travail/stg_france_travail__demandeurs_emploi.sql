{{ stage_france_travail_indicator("france_travail_demandeurs_emploi", "nombre", "job_seekers") }}
