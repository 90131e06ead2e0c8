-- A declared value is one line of its producer's deposit. 4B1 is made of three others where the producer declares them
-- all: the openings and the closures over the places offered; elsewhere it is its own line, and its numerator is known.
-- 2B5 is declared, or read on a dashboard.
with declared as (
    {%- for producer in declaring_producers() %}
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
    where indicator <> '2B5_acces_formation_de'
    union all
    {%- endfor %}
    select
        source_id,
        indicator,
        area_code,
        time_period,
        breakdown,
        category,
        obs_value,
        extract_id,
        line
    from {{ ref("int_training__readings") }}
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
),

computed_rates as (
    select
        ref_area,
        time_period,
        breakdown,
        category
    from values_declared
    where indicator in ('4B2_ouvertures_places', '4B3_fermetures_places', '4B_places_offertes')
    group by ref_area, time_period, breakdown, category
    having count(obs_value) = 3
),

own_lines as (
    select
        values_declared.indicator,
        values_declared.ref_area,
        values_declared.time_period,
        values_declared.breakdown,
        values_declared.category,
        values_declared.source_id,
        values_declared.extract_id,
        values_declared.line,
        values_declared.obs_value
    from values_declared
    left join computed_rates
        on
            values_declared.indicator = '4B1_taux_transformation'
            and values_declared.ref_area = computed_rates.ref_area
            and values_declared.time_period = computed_rates.time_period
            and values_declared.breakdown = computed_rates.breakdown
            and values_declared.category = computed_rates.category
    where computed_rates.ref_area is null and values_declared.indicator <> '4B_places_offertes'
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
from own_lines
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
    case when indicator <> '4B_places_offertes' then obs_value end as numerator,
    case when indicator = '4B_places_offertes' then obs_value end as denominator
from values_declared
where indicator in ('4B2_ouvertures_places', '4B3_fermetures_places', '4B_places_offertes')
