select
    line,
    section,
    printed_in,
    indicator,
    element,
    printed_period,
    printed_text,
    extract_id
from {{ ref("stg_cariforef__bilan_2023_2024_texte") }}
