{#- Makes the landed files readable as `landed.<source>`. DuckDB reads them where they are (`external_location`); an engine
    with a catalog is told of them once, when it starts. -#}
{% macro landed_tables() %}
    {{ return(adapter.dispatch("landed_tables", "vigie")()) }}
{% endmacro %}

{% macro default__landed_tables() %}
{% endmacro %}

{% macro spark__landed_tables() %}
    {%- if execute %}
    {%- do run_query("create schema if not exists landed") %}
    {%- for source in graph.sources.values() %}
    {%- set place = env_var("VIGIE_HOME") ~ "/landed/" ~ source.name ~ ".parquet" %}
    {%- do run_query("create table if not exists landed." ~ source.name ~ " using parquet location '" ~ place ~ "'") %}
    {%- endfor %}
    {%- endif %}
{% endmacro %}
