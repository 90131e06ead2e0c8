{#- A producer's text as a number: decimal point or comma, spaces inside. An unreadable text gives null;
    the test `reads_every_value` then fails, so that it is never mistaken for an empty cell. -#}
{% macro to_decimal(text) -%}
    {{ try_cast("replace(replace(replace(" ~ text ~ ", ' ', ''), '\u00a0', ''), ',', '.')", "decimal(18, 6)") }}
{%- endmacro %}

{% macro try_cast(expression, type) -%}
    {{ return(adapter.dispatch("try_cast", "vigie")(expression, type)) }}
{%- endmacro %}

{% macro default__try_cast(expression, type) -%}
    try_cast({{ expression }} as {{ type }})
{%- endmacro %}
