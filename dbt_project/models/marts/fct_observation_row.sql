-- One row for each row of an extract and each observation that it enters, with what it brings to it.
{%- set parts = ["access_to_work", "census", "declared", "parcoursup", "pcrh", "seniors"] -%}
{%- for part in parts %}
select
    cast(indicator as string) as indicator,
    cast(ref_area as string) as ref_area,
    cast(time_period as string) as time_period,
    cast(breakdown as string) as breakdown,
    cast(category as string) as category,
    cast(source_id as string) as source_id,
    cast(extract_id as string) as extract_id,
    cast(line as bigint) as line,
    cast(obs_value as decimal(18, 6)) as obs_value,
    cast(numerator as decimal(18, 6)) as numerator,
    cast(denominator as decimal(18, 6)) as denominator
from {{ ref("int_rows__" ~ part) }}
{{- "\nunion all" if not loop.last }}
{%- endfor %}
