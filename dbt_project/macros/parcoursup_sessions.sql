{#- The sessions of Parcoursup that are expected: those whose extract is a source, one staging model each. -#}
{% macro parcoursup_sessions() -%}
    {{ return([2018, 2019]) }}
{%- endmacro %}
