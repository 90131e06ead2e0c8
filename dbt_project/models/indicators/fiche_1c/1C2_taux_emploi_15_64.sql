with counts as (
    select
        areas.ref_area,
        communes.time_period,
        sum(case when communes.activity_status = '1' then communes.obs_value end) as employed,
        sum(case when communes.activity_status = '_T' then communes.obs_value end) as population,
        {{ status_of_parts("communes.obs_status") }} as status_of_communes,
        max(communes.extract_id) as extract_id
    from {{ ref("int_census__communes") }} as communes
    inner join {{ ref("int_communes_areas") }} as areas
        on communes.commune_code = areas.commune_code
    group by areas.ref_area, communes.time_period
),

rates as (
    select
        ref_area,
        time_period,
        '_T' as breakdown,
        '_T' as category,
        case when status_of_communes = 'A' then employed end as numerator,
        case when status_of_communes = 'A' then population end as denominator,
        case when status_of_communes = 'A' then {{ percentage("employed", "population") }} end as obs_value,
        case when status_of_communes = 'A' and population = 0 then 'M' else status_of_communes end as obs_status,
        extract_id
    from counts
)

{{ as_observations(
    "rates",
    indicator="1C2_taux_emploi_15_64",
    numerator="numerator",
    denominator="denominator",
) }}
