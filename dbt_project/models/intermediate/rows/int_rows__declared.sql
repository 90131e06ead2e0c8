-- A declared value is one line of its producer's deposit. The numerator of 4B1 is known from two others: the openings
-- and the closures that the same producer declares.
with declared as (
    {%- for producer in [
        "agora", "cariforef", "dares", "drafpic", "dreets", "education_nationale", "france_travail", "opco", "orion",
        "region",
    ] %}
    select
        '{{ producer }}_indicateurs' as source_id,
        indicator,
        area_code,
        time_period,
        breakdown,
        category,
        obs_value,
        extract_id,
        line
    from {{ ref("stg_" ~ producer ~ "__indicateurs") }}
    {{- "\n    union all" if not loop.last }}
    {%- endfor %}
),

values_declared as (
    select
        declared.indicator,
        areas.ref_area,
        declared.time_period,
        declared.breakdown,
        declared.category,
        declared.source_id,
        declared.extract_id,
        declared.line,
        declared.obs_value
    from declared
    inner join {{ ref("int_areas") }} as areas
        on declared.area_code = areas.code
)

select
    indicator,
    ref_area,
    time_period,
    breakdown,
    category,
    source_id,
    extract_id,
    line,
    obs_value,
    null as numerator,
    null as denominator
from values_declared
union all
select
    '4B1_taux_transformation' as indicator,
    ref_area,
    time_period,
    breakdown,
    category,
    source_id,
    extract_id,
    line,
    null as obs_value,
    obs_value as numerator,
    null as denominator
from values_declared
where indicator in ('4B2_ouvertures_places', '4B3_fermetures_places')
