{#- What sets a line of a deposit apart: it can be counted nowhere, or nobody knows how to read it. Such a line holds the
    indicators that it feeds (seed `deposit_lines`) and no other; it is kept in `stg_depots__set_aside`. -#}

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
        "territoire": "deposit.territoire not in (select areas.code from " ~ ref("int_areas") ~ " as areas)",
        "periode": "not " ~ matches("deposit.periode", "20[0-9]{2}(-20[0-9]{2}|-0[1-9]|-1[0-2])?"),
        "valeur": "coalesce(deposit.unite, '') <> 'pct' and " ~ may_be_thousands("deposit.valeur"),
    },
) }}
{%- endmacro %}

{#- The same of a yearly deposit of the DREETS. -#}
{% macro pcrh_flaws(extract) -%}
{{ deposit_flaws(
    extract,
    {"line_code": "theme", "area_code": "code_departement", "time_period": "annee", "written_value": "nombre"},
    {
        "code_departement": "deposit.code_departement <> 'total' and deposit.code_departement not in (select areas.code from "
            ~ ref("int_areas") ~ " as areas where areas.area_type = 'DEP')",
    },
) }}
{%- endmacro %}

{% macro deposit_flaws(extract, columns, flaws) -%}
select
    '{{ extract }}' as source_id,
    deposit._extract_id as extract_id,
    deposit._line as line,
    {%- for name, column in columns.items() %}
    deposit.{{ column }} as {{ name }},
    {%- endfor %}
    case
        when
            deposit.{{ columns.line_code }} is null
            or deposit.{{ columns.line_code }} not in (
                select listed.line_code from {{ ref("deposit_lines") }} as listed where listed.source_id = '{{ extract }}'
            )
            then '{{ columns.line_code }}'
        {%- for column, is_flawed in flaws.items() %}
        when coalesce({{ is_flawed }}, deposit.{{ column }} is null and '{{ column }}' <> 'valeur') then '{{ column }}'
        {%- endfor %}
    end as flaw
from {{ source("landed", extract) }} as deposit
{%- endmacro %}

{#- SQL expression: whether the one mark in a number is followed by three digits, so that it may group thousands. -#}
{% macro may_be_thousands(text) -%}
    coalesce({{ matches(text, "[+-]?[1-9][0-9]{0,2}[.,][0-9]{3}") }}, false)
{%- endmacro %}

{#- SQL expression: whether a whole text follows a pattern. -#}
{% macro matches(text, pattern) -%}
    {{ return(adapter.dispatch("matches", "vigie")(text, pattern)) }}
{%- endmacro %}

{% macro default__matches(text, pattern) -%}
    regexp_full_match({{ text }}, '{{ pattern }}')
{%- endmacro %}

{% macro spark__matches(text, pattern) -%}
    {{ text }} rlike '^({{ pattern }})$'
{%- endmacro %}
