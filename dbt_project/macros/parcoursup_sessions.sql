{#- The sessions of Parcoursup that have an extract of their own, one staging model each. The one being published is
    `stg_parcoursup__courante`. -#}
{% macro parcoursup_sessions() -%}
    {{ return([2018, 2019, 2020, 2021, 2022, 2023, 2024, 2025]) }}
{%- endmacro %}
