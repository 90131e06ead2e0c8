{{ declared_indicator(
    "stg_region__indicateurs",
    "4B2_ouvertures_places",
    definition="'ouvertures-1'",
) }}
