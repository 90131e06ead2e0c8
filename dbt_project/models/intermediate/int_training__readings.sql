-- The share of job seekers in training, month by month: the last reading of the dashboard in each month that has one,
-- what France Travail declared in the others. A line left empty was not read. Two lines of one rank are both kept: that
-- they are two is for the tests to say.
{%- set columns = (
    "indicator, area_code, time_period, breakdown, category, obs_value, is_masked, unit_measure, "
    "reporters, collection, comment, extract_id, line"
) %}
with readings as (
    select
        'france_travail_tableau_de_bord' as source_id,
        time_period as reference_period,
        read_on,
        {{ columns }}
    from {{ ref("stg_france_travail__tableau_de_bord") }}
    where obs_value is not null or is_masked
    union all
    select
        'france_travail_indicateurs' as source_id,
        reference_period,
        '' as read_on,
        {{ columns }}
    from {{ ref("stg_france_travail__indicateurs") }}
),

ranked as (
    select
        source_id,
        reference_period,
        {{ columns }},
        rank() over (
            partition by area_code, time_period, breakdown, category
            order by read_on desc
        ) as recency
    from readings
    where indicator = '2B5_acces_formation_de'
)

select
    source_id,
    reference_period,
    {{ columns }}
from ranked
where recency = 1
