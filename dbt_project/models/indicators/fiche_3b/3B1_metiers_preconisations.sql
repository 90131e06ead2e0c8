{{ declared_indicator(
    "stg_region__indicateurs",
    "3B1_metiers_preconisations",
    definition="case when unit_measure = 'metier' then 'metiers-1' else 'preconisations-1' end",
) }}
