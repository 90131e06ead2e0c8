{{ declared_indicator(
    "stg_region__indicateurs",
    "2B1_decrocheurs_psad",
    definition="case when time_period < '2023-2024' then 'decrocheurs-connus' else 'decrocheurs-suivis' end",
) }}
