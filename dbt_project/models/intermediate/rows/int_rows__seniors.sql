-- A rate of the seniors is one column of the line of its zone, unless the census gives it for that year.
{%- for rate in printed_seniors() %}
select
    '{{ rate.indicator }}' as indicator,
    areas.ref_area,
    '{{ rate.time_period }}' as time_period,
    '_T' as breakdown,
    '_T' as category,
    'cariforef_seniors_zones' as source_id,
    printed.extract_id,
    printed.line,
    printed.{{ rate.column }} as obs_value,
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
        where computed.age = 'Y55T64' and computed.time_period = '{{ rate.time_period }}'
    )
{{- "\nunion all" if not loop.last }}
{%- endfor %}
