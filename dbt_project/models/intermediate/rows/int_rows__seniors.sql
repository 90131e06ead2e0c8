-- A rate of the seniors is one column of the line of its zone, unless the census gives it for that year.
{%- set printed = [
    ("1C4_taux_emploi_seniors", "2021", "employment_rate_2021"),
    ("1C4_taux_emploi_seniors", "2022", "employment_rate_2022"),
    ("1C5_taux_activite_seniors", "2022", "activity_rate_2022"),
] %}
{%- for indicator, year, column in printed %}
select
    '{{ indicator }}' as indicator,
    areas.ref_area,
    '{{ year }}' as time_period,
    '_T' as breakdown,
    '_T' as category,
    'cariforef_seniors_zones' as source_id,
    printed.extract_id,
    printed.line,
    printed.{{ column }} as obs_value,
    null as numerator,
    null as denominator
from {{ ref("stg_cariforef__seniors_zones") }} as printed
inner join {{ ref("int_areas") }} as areas
    on printed.area_code = areas.code
where
    areas.area_type in ('REG', 'ZE2020')
    and not areas.is_part
    and not exists (
        select 1
        from {{ ref("int_census__rates") }} as computed
        where computed.age = 'Y55T64' and computed.time_period = '{{ year }}'
    )
{{- "\nunion all" if not loop.last }}
{%- endfor %}
