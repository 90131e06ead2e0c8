-- All the years of the DREETS, line by line, with the deposit of each.
{%- for deposit in pcrh_deposits() %}
select
    '{{ deposit }}' as source_id,
    time_period,
    department_code,
    theme,
    missions,
    is_masked,
    collection,
    comment,
    extract_id,
    line
from {{ ref(deposit | replace("dreets_", "stg_dreets__")) }}
{{- "\nunion all" if not loop.last }}
{%- endfor %}
