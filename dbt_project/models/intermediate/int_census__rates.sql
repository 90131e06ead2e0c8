-- Every rate × age × census × area: that of the people of its communes, all of which must be known.
{{ config(materialized="table") }}

with rates as (
    select
        'employment' as rate,
        '1' as counted
    union all
    select
        'activity' as rate,
        '1T2' as counted
),

counts as (
    select
        rates.rate,
        communes.age,
        communes.time_period,
        areas.ref_area,
        sum(case when communes.activity_status = rates.counted then communes.obs_value end) as counted,
        sum(case when communes.activity_status = '_T' then communes.obs_value end) as population,
        {{ status_of_parts("communes.obs_status") }} as status_of_communes,
        max(communes.extract_id) as extract_id
    from {{ ref("int_census__communes") }} as communes
    inner join rates
        on communes.activity_status in (rates.counted, '_T')
    inner join {{ ref("int_communes_areas") }} as areas
        on communes.commune_code = areas.commune_code
    group by rates.rate, communes.age, communes.time_period, areas.ref_area
)

select
    rate,
    age,
    time_period,
    ref_area,
    case when status_of_communes = 'A' then counted end as numerator,
    case when status_of_communes = 'A' then population end as denominator,
    case when status_of_communes = 'A' then {{ percentage("counted", "population") }} end as obs_value,
    case when status_of_communes = 'A' and population = 0 then 'M' else status_of_communes end as obs_status,
    extract_id
from counts
