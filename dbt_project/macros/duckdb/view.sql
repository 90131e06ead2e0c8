{#- A view on DuckDB: replaced in one statement, which is a transaction by itself. -#}
{% materialization view, adapter="duckdb" %}
    {%- set relation = this.incorporate(type="view") %}
    {{- run_hooks(pre_hooks) }}
    {%- do drop_of_another_type(relation) %}

    {%- call statement("main", auto_begin=false) %}
    {%- if config.get("contract").enforced %}
    {{ get_assert_columns_equivalent(sql) }}
    {%- endif %}
    create or replace view {{ relation }} as
    {{ sql }}
    {%- endcall %}

    {{- run_hooks(post_hooks) }}
    {{- return({"relations": [relation]}) }}
{% endmaterialization %}
