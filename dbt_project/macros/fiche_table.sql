{#- A fiche as the report prints it: a row an indicator, area and category, a column a period. The columns are the
    periods that the observations of the fiche have when the table is built, each one for what it is: that is why no
    contract lists them. A period that is not written as one has no column: it is a text that a partner typed. -#}
{% macro fiche_table(fiche) %}
{%- set periods = [] %}
{%- if execute and load_relation(ref("fct_observation")) %}
{%- set found %}
select distinct observations.time_period
from {{ ref("fct_observation") }} as observations
inner join {{ ref("dim_indicator") }} as indicators
    on observations.indicator = indicators.indicator
where indicators.fiche = '{{ fiche }}'
order by observations.time_period
{%- endset %}
{%- set codes = period_codes().values() | join("|") %}
{%- for period in run_query(found).columns[0].values() if modules.re.fullmatch(codes, period) %}
{%- do periods.append(period) %}
{%- endfor %}
{%- endif %}
select
    observations.indicator,
    indicators.label as indicator_label,
    observations.ref_area,
    areas.label as area_label,
    observations.breakdown,
    observations.category,
    observations.unit_measure
    {%- for period in periods %},
    max(case when observations.time_period = '{{ period }}' then observations.obs_value end) as {{ adapter.quote(period) }}
    {%- endfor %}
from {{ ref("fct_observation") }} as observations
inner join {{ ref("dim_indicator") }} as indicators
    on observations.indicator = indicators.indicator
inner join {{ ref("dim_area") }} as areas
    on observations.ref_area = areas.ref_area
where indicators.fiche = '{{ fiche }}'
group by
    observations.indicator,
    indicators.label,
    observations.ref_area,
    areas.label,
    observations.breakdown,
    observations.category,
    observations.unit_measure
{% endmacro %}
