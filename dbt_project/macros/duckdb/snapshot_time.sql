{#- The moment that vintages are dated of: the present, or VIGIE_MOMENT where a past build is made again. -#}
{% macro duckdb__snapshot_get_time() -%}
    {%- set moment = env_var("VIGIE_MOMENT", "") %}
    {{- ("'" ~ moment ~ "'" if moment else current_timestamp()) ~ "::timestamp" }}
{%- endmacro %}
