select
    section,
    printed_in,
    nullif(indicator, '') as indicator,
    element,
    nullif(time_period, '') as printed_period,
    printed_text,
    _extract_id as extract_id,
    _line as line
from {{ source("landed", "cariforef_bilan_2023_2024_texte") }}
