{#- A table on DuckDB: replaced and filled in one transaction, so that nobody ever reads half of it. dbt-duckdb's own
    way, aside, two renames and a drop, is as safe and three times as many statements for each model. Without a contract
    one statement does it, which is a transaction by itself. -#}
{% materialization table, adapter="duckdb" %}
    {%- set relation = this.incorporate(type="table") %}
    {%- set is_contracted = config.get("contract").enforced %}
    {{- run_hooks(pre_hooks) }}
    {%- do drop_of_another_type(relation) %}

    {%- call statement("main", auto_begin=is_contracted) %}
    {%- if is_contracted %}
    {{ get_assert_columns_equivalent(sql) }}
    create or replace table {{ relation }} {{ get_table_columns_and_constraints() }};
    insert into {{ relation }} {{ get_column_names() }}
    {{ get_select_subquery(sql) }}
    {%- else %}
    create or replace table {{ relation }} as
    {{ sql }}
    {%- endif %}
    {%- endcall %}

    {{- run_hooks(post_hooks) }}
    {%- if is_contracted %}
    {%- do adapter.commit() %}
    {%- endif %}
    {{- return({"relations": [relation]}) }}
{% endmaterialization %}

{#- What stands in the place of a relation and cannot be replaced by it: a view where a table is to be, or the reverse. -#}
{% macro drop_of_another_type(relation) %}
    {%- set existing = load_cached_relation(relation) %}
    {%- if existing is not none and existing.type != relation.type %}
    {%- do adapter.drop_relation(existing) %}
    {%- endif %}
{% endmacro %}
