{#- Periods that can be expected. Years, campaigns, school years and quarters follow one another; a census vintage and a
    reading of a dashboard have no arithmetic next one: they are those that the extracts give. -#}

{#- The last month of the first period of a year of each kind, the number of calendar years that its code names, and how
    many periods make a year. -#}
{% macro period_kinds() -%}
    {{ return({
        "year": {"last_month": 12, "years": 1, "in_a_year": 1},
        "campaign": {"last_month": 12, "years": 1, "in_a_year": 1},
        "school_year": {"last_month": 8, "years": 2, "in_a_year": 1},
        "quarter": {"last_month": 3, "years": 1, "in_a_year": 4},
    }) }}
{%- endmacro %}

{#- How the periods of each kind are written, as patterns. `year`: how a year is. -#}
{% macro period_codes(year="[0-9]{4}") -%}
    {%- set codes = {} %}
    {%- for kind, code in var("period_codes").items() %}
    {%- do codes.update({kind: code | replace("AAAA", year)}) %}
    {%- endfor %}
    {{- return(codes) -}}
{%- endmacro %}

{#- The code of a period of a kind by its rank, counted from the year 0: `2024`, `2023-2024`, `2024-Q3`. -#}
{% macro period_code(kind, rank) -%}
    {%- set shape = period_kinds()[kind] %}
    {%- set year = rank // shape.in_a_year %}
    {%- set quarter = "-Q" ~ (rank % shape.in_a_year + 1) if shape.in_a_year > 1 else "" %}
    {{- return((year if shape.years == 1 else year ~ "-" ~ (year + 1)) ~ quarter) -}}
{%- endmacro %}

{#- The rank of the last period that had ended some months before as_of(). -#}
{% macro last_ended(kind, months_before=0) -%}
    {%- set as_of = as_of().split("-") %}
    {%- set month = 12 * (as_of[0] | int) + (as_of[1] | int) - months_before %}
    {%- set shape = period_kinds()[kind] %}
    {{- return((month - shape.last_month) // (12 // shape.in_a_year) - shape.years + 1) -}}
{%- endmacro %}

{#- The time_periods of an indicator, one a row: those reported, and, from the first of them on, those that have ended.
    `reported`: a CTE that has time_period. -#}
{% macro expected_periods(indicator, reported) %}
select time_period
from {{ reported }}
{%- set kind = definition_of(indicator).get("period_kind") %}
{%- if kind in period_kinds() %}
{%- set first = var("first_year_expected") * period_kinds()[kind].in_a_year %}
union
select ended.time_period
from (
    {%- for rank in range(first, last_ended(kind) + 1) %}
    select '{{ period_code(kind, rank) }}' as time_period
    {{- "\n    union all" if not loop.last }}
    {%- endfor %}
) as ended
where ended.time_period > (select min(time_period) from {{ reported }})
{%- else %}
group by time_period
{%- endif %}
{% endmacro %}

{#- SQL expression: whether nothing may be expected yet of a period: it ended less than the indicator's lag ago, or the
    producer has given no date. -#}
{% macro not_due(indicator, time_period="time_period") -%}
    {%- set definition = definition_of(indicator) %}
    {%- set kind = definition.get("period_kind") %}
    {%- if kind not in period_kinds() -%}
    false
    {%- elif definition.expected_lag_months is none -%}
    true
    {%- else -%}
    {{ time_period }} > '{{ period_code(kind, last_ended(kind, definition.expected_lag_months)) }}'
    {%- endif -%}
{%- endmacro %}
