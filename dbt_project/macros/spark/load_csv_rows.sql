{#- dbt-spark writes the values of a seed between quotes as they are; in French there are apostrophes in them. -#}
{% macro spark__load_csv_rows(model, agate_table) %}
    {%- set own_types = model.config.get("column_types", {}) %}
    {%- for rows in agate_table.rows | batch(500) %}
    {%- call statement("rows_" ~ loop.index) %}
    insert into {{ this }} values
    {%- for row in rows %}
    (
        {%- for column in agate_table.column_names %}
        {%- set text = row[column] %}
        {%- set type = own_types.get(column, adapter.convert_type(agate_table, loop.index0)) %}
        cast({{ "null" if text is none else "'" ~ dbt.escape_single_quotes(text | string) ~ "'" }} as {{ type }})
        {{- "," if not loop.last }}
        {%- endfor %}
    )
    {{- "," if not loop.last }}
    {%- endfor %}
    {%- endcall %}
    {%- endfor %}
    {{ return("") }}
{% endmacro %}
