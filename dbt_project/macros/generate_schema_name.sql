{#- Schemas are named after the layers (staging, intermediate, indicators, marts, seeds), without the
    prefix that dbt adds by default: the mart is `marts.fct_observation`, whoever builds it. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ custom_schema_name or target.schema }}
{%- endmacro %}
