{%- set months = [
    "de janvier", "de février", "de mars", "d’avril", "de mai", "de juin", "de juillet", "d’août", "de septembre",
    "d’octobre", "de novembre", "de décembre",
] -%}
with periods as (
    select distinct
        observations.time_period,
        indicators.period_kind
    from {{ ref("fct_observation") }} as observations
    inner join {{ ref("dim_indicator") }} as indicators
        on observations.indicator = indicators.indicator
)

select
    time_period,
    period_kind,
    {{ period_start("time_period", "period_kind") }} as start_date,
    {{ period_end("time_period", "period_kind") }} as end_date,
    case period_kind
        when 'year' then 'Année ' || time_period
        when 'school_year' then 'Année scolaire ' || time_period
        when 'campaign' then 'Campagne ' || time_period
        when 'census' then 'Recensement ' || time_period
        when 'quarter'
            then
                substr(time_period, 7, 1)
                || case substr(time_period, 7, 1) when '1' then 'er' else 'e' end
                || ' trimestre '
                || substr(time_period, 1, 4)
        else
            'Lecture '
            || case substr(time_period, 6, 2)
                {%- for month in months %}
                when '{{ "%02d" | format(loop.index) }}' then '{{ month }} '
                {%- endfor %}
                else 'de '
            end
            || substr(time_period, 1, 4)
    end as label
from periods
