-- Every rate × period × area, absent or not. A census that the extract holds for this age is computed from its
-- communes, for all areas; the deposit gives the other periods, for the region and its whole zones: it prints a zone's
-- own rate, and a part has none.
with computed as (
    select
        rate,
        time_period,
        ref_area,
        numerator,
        denominator,
        obs_value,
        obs_status,
        extract_id
    from {{ ref("int_census__rates") }}
    where age = 'Y55T64'
),

columns_printed as (
    {%- for column in printed_seniors() %}
    select
        '{{ column.rate }}' as rate,
        '{{ column.time_period }}' as time_period
    {{- "\n    union all" if not loop.last }}
    {%- endfor %}
),

extracts as (
    select max(extract_id) as extract_id
    from {{ ref("stg_cariforef__seniors_zones") }}
    having count(*) > 0
),

areas as (
    select
        ref_area,
        code
    from {{ ref("int_areas") }}
    where area_type in ('REG', 'ZE2020') and not is_part
),

expected as (
    select
        columns_printed.rate,
        columns_printed.time_period,
        areas.ref_area,
        areas.code,
        extracts.extract_id
    from columns_printed
    cross join areas
    cross join extracts
    where columns_printed.time_period not in (select computed.time_period from computed)
),

printed as (
    select
        expected.rate,
        expected.time_period,
        expected.ref_area,
        expected.extract_id,
        deposit.line,
        case
            {%- for column in printed_seniors() %}
            when expected.rate = '{{ column.rate }}' and expected.time_period = '{{ column.time_period }}'
                then deposit.{{ column.column }}
            {%- endfor %}
        end as obs_value
    from expected
    left join {{ ref("stg_cariforef__seniors_zones") }} as deposit
        on expected.code = deposit.area_code
)

select
    rate,
    time_period,
    ref_area,
    numerator,
    denominator,
    obs_value,
    obs_status,
    'melodi' as collection,
    extract_id
from computed
union all
select
    rate,
    time_period,
    ref_area,
    null as numerator,
    null as denominator,
    obs_value,
    {{ obs_status("line", "obs_value") }} as obs_status,
    'depot_cariforef' as collection,
    extract_id
from printed
