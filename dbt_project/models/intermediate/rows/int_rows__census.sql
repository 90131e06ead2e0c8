-- A rate of the census is made of two rows for each commune of its area: those who work, and everybody.
with counts as (
    {{ census_counts() | trim | indent }}
)

select
    '1C2_taux_emploi_15_64' as indicator,
    areas.ref_area,
    counts.time_period,
    '_T' as breakdown,
    '_T' as category,
    'insee_emploi_communes' as source_id,
    counts.extract_id,
    counts.line,
    null as obs_value,
    case when counts.activity_status = '1' then counts.obs_value end as numerator,
    case when counts.activity_status = '_T' then counts.obs_value end as denominator
from counts
inner join {{ ref("int_communes_areas") }} as areas
    on counts.commune_code = areas.commune_code
