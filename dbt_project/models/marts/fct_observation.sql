{%- set indicators = [
    "1A4_pcrh_te",
    "1C1_pcrh",
    "1C2_taux_emploi_15_64",
    "1C4_taux_emploi_seniors",
    "1C5_taux_activite_seniors",
    "2A3_part_filles_voeux",
    "2B4_acces_emploi_publics_prioritaires",
] -%}
{%- for indicator in indicators %}
select
    indicator,
    ref_area,
    time_period,
    breakdown,
    category,
    obs_value,
    numerator,
    denominator,
    unit_measure,
    obs_status,
    conf_status,
    reference_period,
    reporters,
    definition,
    collection,
    extract_id,
    comment
from {{ ref(indicator) }}
{{- "\nunion all" if not loop.last }}
{%- endfor %}
