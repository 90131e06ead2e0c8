-- All the years of the DREETS, line by line.
{%- for year in [2023, 2024] %}
select
    time_period,
    department_code,
    theme,
    missions,
    is_masked,
    collection,
    comment,
    extract_id,
    line
from {{ ref("stg_dreets__pcrh_" ~ year) }}
{{- "\nunion all" if not loop.last }}
{%- endfor %}
