{#- The rows of the census that a rate is made of, under the communes of today: those who work, those who work or look
    for work, and everybody. -#}
{% macro census_counts() %}
select
    census.age,
    census.time_period,
    census.activity_status,
    census.obs_value,
    census.extract_id,
    census.line,
    -- A census keeps the communes of its own year; those merged since are counted in the new one.
    coalesce(merged.commune_code, census.commune_code) as commune_code
from {{ ref("stg_insee__emploi_communes") }} as census
left join {{ ref("merged_communes") }} as merged
    on census.commune_code = merged.former_commune_code
where
    census.sex = '_T'
    and census.education = '_T'
    and census.measure = 'POP'
    and census.activity_status in ('1', '1T2', '_T')
    -- K: INSEE counts it in another row already
    and coalesce(census.obs_status, 'A') <> 'K'
{% endmacro %}
