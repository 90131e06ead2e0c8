{#- The INSEE code of the region that is watched, as a SQL literal. -#}
{% macro region_code() -%}
    '{{ env_var("VIGIE_REGION", "") or var("region") }}'
{%- endmacro %}
