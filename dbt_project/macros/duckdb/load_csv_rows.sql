{#- A seed on DuckDB, read from its file: dbt-duckdb writes its path between quotes as it is. -#}
{% macro duckdb__load_csv_rows(model, agate_table) %}
    {%- set path = dbt.escape_single_quotes(adapter.get_seed_file_path(model)) %}
    {%- set sql %}copy {{ this }} from '{{ path }}' (format csv, header true){% endset %}
    {%- do adapter.add_query(sql, abridge_sql_log=true) %}
    {{- return(sql) }}
{% endmacro %}
