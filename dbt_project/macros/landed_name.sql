{#- The extract that a row was landed in, which is the name of its file: several may be read as one source. -#}
{% macro landed_name() -%}
    regexp_extract({{ adapter.dispatch("landed_file", "vigie")() }}, '([a-z0-9_]+)[.]parquet$', 1)
{%- endmacro %}

{% macro duckdb__landed_file() -%}
    filename
{%- endmacro %}

{% macro spark__landed_file() -%}
    input_file_name()
{%- endmacro %}
