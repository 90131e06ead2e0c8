{#- What sets a line of a deposit apart: it can be counted nowhere, or nobody knows how to read it. Such a line holds the
    indicators that it feeds (seed `deposit_lines`), in the period and the area that can be read of it, and no other; it
    is kept in `stg_depots__set_aside`. -#}

{#- The producers that declare indicators in the long table that is the same for all of them. -#}
{% macro declaring_producers() -%}
    {{ return([
        "agora", "cariforef", "dares", "drafpic", "dreets", "education_nationale", "france_travail", "opco", "orion",
        "region",
    ]) }}
{%- endmacro %}

{#- Every line of a deposit of declared indicators, and the column that sets it apart, if one does. -#}
{% macro declared_flaws(extract) -%}
{{ deposit_flaws(
    extract,
    {"line_code": "indicateur", "area_code": "territoire", "time_period": "periode", "written_value": "valeur"},
    {
        "indicateur": "listed.line_code is null",
        "territoire": "areas.code is null",
        "periode": "not (" ~ is_period_of("deposit.indicateur", "deposit.periode") ~ ")",
        "valeur": "coalesce(deposit.unite, '') <> 'pct' and " ~ may_be_thousands("deposit.valeur"),
    },
    legible_period=legible_period_of("deposit.indicateur", "deposit.periode"),
) }}
{%- endmacro %}

{#- The deposits of the DREETS: the first years in one each, those since in another. -#}
{% macro pcrh_deposits() -%}
    {{ return(["dreets_pcrh_2023", "dreets_pcrh_2024", "dreets_pcrh"]) }}
{%- endmacro %}

{#- The same of a deposit of the DREETS, which counts departments and the region. -#}
{% macro pcrh_flaws(extract) -%}
{{ deposit_flaws(
    extract,
    {"line_code": "theme", "area_code": "code_departement", "time_period": "annee", "written_value": "nombre"},
    {
        "theme": "listed.line_code is null",
        "code_departement": "coalesce(deposit.code_departement, '') <> 'total' and areas.code is null",
    },
    area_type="DEP",
    legible_area="case when deposit.code_departement = 'total' then 'REG-' || " ~ region_code() ~ " else areas.ref_area end",
) }}
{%- endmacro %}

{#- `columns`: what each is called in the deposit. `flaws`: when each column sets a line apart, in the order they are told.
    `area_type`: the areas that it counts; any unless told. `legible_area`, `legible_period`: those that a line is
    about, null when they cannot be read. -#}
{% macro deposit_flaws(extract, columns, flaws, area_type=none, legible_area="areas.ref_area", legible_period=none) -%}
{%- set period = "deposit." ~ columns.time_period %}
select
    '{{ extract }}' as source_id,
    deposit._extract_id as extract_id,
    deposit._line as line,
    {%- for name, column in columns.items() %}
    deposit.{{ column }} as {{ name }},
    {%- endfor %}
    {{ legible_period or "case when " ~ is_period(period) ~ " then " ~ period ~ " end" }} as legible_period,
    {{ legible_area }} as legible_area,
    case
        {%- for column, is_flawed in flaws.items() %}
        when {{ is_flawed }} then '{{ column }}'
        {%- endfor %}
    end as flaw
from {{ source("landed", extract) }} as deposit
left join (
    select distinct line_code
    from {{ ref("deposit_lines") }}
    where source_id = '{{ extract }}'
) as listed
    on deposit.{{ columns.line_code }} = listed.line_code
left join (
    select
        code,
        min(ref_area) as ref_area
    from {{ ref("int_areas") }}
    {%- if area_type %}
    where area_type = '{{ area_type }}'
    {%- endif %}
    group by code
) as areas
    on deposit.{{ columns.area_code }} = areas.code
{%- endmacro %}

{#- How a deposit may give the periods of each kind. -#}
{% macro deposited_codes() -%}
    {{ return(period_codes(year=var("deposited_year"))) }}
{%- endmacro %}

{#- SQL expression: whether a text is a period of some kind. -#}
{% macro is_period(text) -%}
    {{ matches(text, deposited_codes().values() | unique | join("|")) }}
{%- endmacro %}

{#- The declared indicators of each kind of period: the code of a line is that of its indicator, but for a few. None in
    unit tests, to which dbt gives no definition. -#}
{% macro lines_of_kinds() -%}
    {%- set lines = {} %}
    {%- for indicator in indicator_definitions() | selectattr("origin", "equalto", "declared") %}
    {%- do lines.setdefault(indicator.period_kind, []).append("'" ~ indicator.indicator ~ "'") %}
    {%- endfor %}
    {{- return(lines) -}}
{%- endmacro %}

{#- SQL expression: whether a text is a period of the kind of its line's indicator. -#}
{% macro is_period_of(line_code, text) -%}
    {{ is_period(text) }}
    {%- for kind, lines in lines_of_kinds().items() %}
    and (coalesce({{ line_code }}, '') not in ({{ lines | join(", ") }}) or {{ matches(text, deposited_codes()[kind]) }})
    {%- endfor %}
{%- endmacro %}

{#- SQL expression: the period that a line is about: a quarter is of its year where periods are years. -#}
{% macro legible_period_of(line_code, text) -%}
    {%- set year = "substring(" ~ text ~ ", 1, 4)" %}
    case
        when {{ is_period_of(line_code, text) }} then {{ text }}
        when {{ is_period(text) }} and {{ is_period_of(line_code, year) }} then {{ year }}
    end
{%- endmacro %}

{#- SQL expression: whether the one mark in a number is followed by three digits, so that it may group thousands. -#}
{% macro may_be_thousands(text) -%}
    {{ matches(text, "[+-]?[1-9][0-9]{0,2}[.,][0-9]{3}") }}
{%- endmacro %}

{#- SQL expression: whether a whole text follows a pattern. -#}
{% macro matches(text, pattern) -%}
    {{ return(adapter.dispatch("matches", "vigie")(text, pattern)) }}
{%- endmacro %}

{% macro default__matches(text, pattern) -%}
    coalesce(regexp_full_match({{ text }}, '{{ pattern }}'), false)
{%- endmacro %}

{% macro spark__matches(text, pattern) -%}
    coalesce({{ text }} rlike '^({{ pattern }})$', false)
{%- endmacro %}

{#- A query of what makes a cell unsound, of a relation `unsound`: its indicator, where a line of it may belong. `cells`:
    what the table of the cell is called. -#}
{% macro unsound_of(cells) -%}
    select 1 as is_unsound
    from unsound
    where
        unsound.indicator = {{ cells }}.indicator
        and coalesce(unsound.legible_period, {{ cells }}.time_period) = {{ cells }}.time_period
        and coalesce(unsound.legible_area, {{ cells }}.ref_area) = {{ cells }}.ref_area
{%- endmacro %}
