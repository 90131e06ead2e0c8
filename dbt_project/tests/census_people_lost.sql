-- Fails when people are lost or counted twice between the communes and the rates: the areas of each level must add up
-- to the people of the communes. A commune that the list of EPCI says to be in none is expected in no EPCI.
{{ config(meta={"dagster": {"ref": {"name": "1C2_taux_emploi_15_64"}}}) }}

with levels as (
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
),

communes as (
    select
        census.time_period,
        census.activity_status,
        census.obs_value,
        case when epci.commune_code is not null and epci.epci_code is null then 0 else 1 end as is_in_epci
    from {{ ref("stg_insee__emploi_communes") }} as census
    left join {{ ref("merged_communes") }} as merged
        on census.commune_code = merged.former_commune_code
    inner join {{ ref("stg_insee__zones_emploi") }} as zones
        on coalesce(merged.commune_code, census.commune_code) = zones.commune_code
    left join {{ ref("stg_dgcl__epci") }} as epci
        on zones.commune_code = epci.commune_code
    where
        zones.region_code = {{ region_code() }}
        and census.age = 'Y15T64'
        and coalesce(census.obs_status, 'A') <> 'K'
),

expected as (
    select
        levels.time_period,
        levels.area_type,
        sum(case when communes.activity_status = '1' then communes.obs_value end) as employed,
        sum(case when communes.activity_status = '_T' then communes.obs_value end) as population
    from levels
    inner join communes
        on levels.time_period = communes.time_period
    where levels.area_type <> 'EPCI' or communes.is_in_epci = 1
    group by levels.time_period, levels.area_type
)

select
    levels.time_period,
    levels.area_type,
    levels.employed,
    expected.employed as employed_in_communes,
    levels.population,
    expected.population as population_in_communes
from levels
left join expected
    on
        levels.time_period = expected.time_period
        and levels.area_type = expected.area_type
where
    expected.population is null
    or levels.employed <> expected.employed
    or levels.population <> expected.population
