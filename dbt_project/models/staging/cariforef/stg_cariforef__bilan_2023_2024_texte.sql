select
    section,
    printed_in,
    element,
    printed_text,
    _extract_id as extract_id,
    _line as line,
    nullif(indicator, '') as indicator,
    nullif(time_period, '') as printed_period
from {{ source("landed", "cariforef_bilan_2023_2024_texte") }}
