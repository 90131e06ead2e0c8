{#- The check of a contract on DuckDB: the columns of the query against those declared, by name and type. dbt's own asks
    the engine for the types of the declared columns as well, for each model; only text has another name for DuckDB
    than for dbt. -#}
{% macro duckdb__get_assert_columns_equivalent(sql) %}
    {%- set declared = [] %}
    {%- for column in model["columns"].values() %}
    {%- set type = column["data_type"] | upper | replace(" ", "") | replace("TEXT", "VARCHAR") %}
    {%- do declared.append(column["name"] ~ " " ~ type) %}
    {%- endfor %}
    {%- set found = [] %}
    {%- for column in get_column_schema_from_query(sql) %}
    {%- do found.append(column.name ~ " " ~ column.dtype | replace(" ", "")) %}
    {%- endfor %}
    {%- if declared | sort != found | sort %}
    {%- do exceptions.raise_compiler_error(
        "The columns of the query are not those of the contract. Only in the contract: "
        ~ declared | reject("in", found) | join(", ") ~ ". Only in the query: "
        ~ found | reject("in", declared) | join(", ") ~ "."
    ) %}
    {%- endif %}
{% endmacro %}
