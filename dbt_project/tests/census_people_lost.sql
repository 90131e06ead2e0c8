-- Fails when people are lost or counted twice between the communes and the rates: the communes, the departments, the
-- zones and the region must all add up to the same people.
{{ config(meta={"dagster": {"ref": {"name": "1C2_taux_emploi_15_64"}}}) }}

with communes as (
    select
        census.time_period,
        sum(case when census.activity_status = '1' then census.obs_value end) as employed,
        sum(case when census.activity_status = '_T' then census.obs_value end) as population
    from {{ ref("stg_insee__emploi_communes") }} as census
    left join {{ ref("merged_communes") }} as merged
        on census.commune_code = merged.former_commune_code
    inner join {{ ref("stg_insee__zones_emploi") }} as zones
        on coalesce(merged.commune_code, census.commune_code) = zones.commune_code
    where zones.region_code = {{ region_code() }} and coalesce(census.obs_status, 'A') <> 'K'
    group by census.time_period
),

levels as (
    select
        rates.time_period,
        areas.area_type,
        sum(rates.numerator) as employed,
        sum(rates.denominator) as population
    from {{ ref("1C2_taux_emploi_15_64") }} as rates
    inner join {{ ref("int_areas") }} as areas
        on rates.ref_area = areas.ref_area
    group by rates.time_period, areas.area_type
    having count(*) = count(rates.obs_value)
)

select
    levels.time_period,
    levels.area_type,
    levels.employed,
    communes.employed as employed_in_communes,
    levels.population,
    communes.population as population_in_communes
from levels
left join communes
    on levels.time_period = communes.time_period
where
    communes.population is null
    or levels.employed <> communes.employed
    or levels.population <> communes.population
