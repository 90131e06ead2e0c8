-- The share of job seekers in training, month by month: the last reading of the dashboard in each month that has one,
-- what France Travail declared in the others. A line left empty was not read.
with readings as (
    select
        indicator,
        area_code,
        time_period,
        breakdown,
        category,
        obs_value,
        is_masked,
        unit_measure,
        reporters,
        collection,
        comment,
        extract_id,
        line,
        row_number() over (
            partition by area_code, time_period, breakdown, category
            order by read_on desc
        ) as recency
    from {{ ref("stg_france_travail__tableau_de_bord") }}
    where indicator = '2B5_acces_formation_de' and (obs_value is not null or is_masked)
),

last_readings as (
    select
        indicator,
        area_code,
        time_period,
        breakdown,
        category,
        obs_value,
        is_masked,
        unit_measure,
        reporters,
        collection,
        comment,
        extract_id,
        line
    from readings
    where recency = 1
)

select
    'france_travail_tableau_de_bord' as source_id,
    indicator,
    area_code,
    time_period,
    breakdown,
    category,
    obs_value,
    is_masked,
    unit_measure,
    time_period as reference_period,
    reporters,
    collection,
    comment,
    extract_id,
    line
from last_readings
union all
select
    'france_travail_indicateurs' as source_id,
    declared.indicator,
    declared.area_code,
    declared.time_period,
    declared.breakdown,
    declared.category,
    declared.obs_value,
    declared.is_masked,
    declared.unit_measure,
    declared.reference_period,
    declared.reporters,
    declared.collection,
    declared.comment,
    declared.extract_id,
    declared.line
from {{ ref("stg_france_travail__indicateurs") }} as declared
left join last_readings
    on
        declared.area_code = last_readings.area_code
        and declared.time_period = last_readings.time_period
        and declared.breakdown = last_readings.breakdown
        and declared.category = last_readings.category
where declared.indicator = '2B5_acces_formation_de' and last_readings.line is null
