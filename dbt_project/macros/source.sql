{#- A landed file where the engine reads it: DuckDB by the source's `external_location`, Spark by the path of the file. -#}
{% macro source(source_name, table_name) %}
    {%- set relation = builtins.source(source_name, table_name) %}
    {%- if target.type == "spark" %}
    {{ return("parquet.`" ~ env_var("VIGIE_HOME") | replace("`", "``") ~ "/landed/" ~ relation.identifier ~ ".parquet`") }}
    {%- endif %}
    {{ return(relation) }}
{% endmacro %}
