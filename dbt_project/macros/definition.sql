{#- The definition of an indicator: the `config.meta.vigie` written beside its model, and nowhere else.
    Empty while dbt parses, and in unit tests, to which dbt gives no graph: those that are about what depends on a
    definition override this macro. -#}
{% macro definition_of(indicator) -%}
    {%- if execute and graph.nodes %}
        {{- return(graph.nodes["model.vigie." ~ indicator].config.meta.vigie) -}}
    {%- endif %}
    {{- return({}) -}}
{%- endmacro %}

{#- SQL expression: the version in force at `time_period` of what is counted (`definition`) or of how it reaches us
    (`collection`), from the comparability of the definition. Its first version has no `from`. -#}
{% macro version_in_force(indicator, kind) -%}
    {%- set versions = definition_of(indicator).get("comparability", []) | selectattr("kind", "equalto", kind) | list %}
    {%- set later = versions | selectattr("from", "defined") | sort(attribute="from", reverse=true) %}
    {%- set first = versions | rejectattr("from", "defined") | map(attribute="version") | first %}
    {%- if later -%}
    case
        {%- for version in later %}
        when time_period >= '{{ version["from"] }}' then '{{ version.version }}'
        {%- endfor %}
        else {{ "'" ~ first ~ "'" if first else "null" }}
    end
    {%- else -%}
    {{ "'" ~ first ~ "'" if first else "null" }}
    {%- endif %}
{%- endmacro %}

{#- SQL expression: whether a cell cannot exist, as its indicator's definition declares. Of a relation that has
    ref_area, breakdown and category. -#}
{% macro not_applicable(indicator) -%}
    {%- set declared = definition_of(indicator).get("not_applicable", []) -%}
    {%- for cells in declared -%}
    (
        {%- for column in ["ref_area", "breakdown", "category"] if column in cells -%}
        {{ column }} = '{{ cells[column] }}'{{ " and " if not loop.last }}
        {%- endfor -%}
    ){{ " or " if not loop.last }}
    {%- else -%}
    false
    {%- endfor -%}
{%- endmacro %}
