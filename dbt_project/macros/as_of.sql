{#- The month in which a period is due or not, `YYYY-MM`: VIGIE_AS_OF, or the month of the run. -#}
{% macro as_of() -%}
    {{ return(env_var("VIGIE_AS_OF", "") or run_started_at.strftime("%Y-%m")) }}
{%- endmacro %}
