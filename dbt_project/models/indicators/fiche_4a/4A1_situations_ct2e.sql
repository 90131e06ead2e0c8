{{ declared_indicator(
    "stg_region__indicateurs",
    "4A1_situations_ct2e",
    definition="'situations-ct2e-1'",
) }}
