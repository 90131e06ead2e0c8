-- A rate of the census is made of two rows for each commune of its area: those who are counted, and everybody.
{%- set rates = [
    ("1C2_taux_emploi_15_64", "Y15T64", "1"),
    ("1C4_taux_emploi_seniors", "Y55T64", "1"),
    ("1C5_taux_activite_seniors", "Y55T64", "1T2"),
] %}
with counts as (
    {{ census_counts() | trim | indent }}
),

rates as (
    {%- for indicator, age, counted in rates %}
    select
        '{{ indicator }}' as indicator,
        '{{ age }}' as age,
        '{{ counted }}' as counted
    {{- "\n    union all" if not loop.last }}
    {%- endfor %}
)

select
    rates.indicator,
    areas.ref_area,
    counts.time_period,
    '_T' as breakdown,
    '_T' as category,
    'insee_emploi_communes' as source_id,
    counts.extract_id,
    counts.line,
    null as obs_value,
    case when counts.activity_status = rates.counted then counts.obs_value end as numerator,
    case when counts.activity_status = '_T' then counts.obs_value end as denominator
from counts
inner join rates
    on counts.age = rates.age
inner join {{ ref("int_communes_areas") }} as areas
    on counts.commune_code = areas.commune_code
where counts.activity_status in (rates.counted, '_T')
