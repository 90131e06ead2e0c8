{#- A view on DuckDB: replaced in one statement. -#}
{% materialization view, adapter="duckdb" %}
    {%- set relation = this.incorporate(type="view") %}
    {{- run_hooks(pre_hooks) }}
    {%- do drop_of_another_type(relation) %}

    {%- call statement("main") %}
    {%- if config.get("contract").enforced %}
    {{ get_assert_columns_equivalent(sql) }}
    {%- endif %}
    create or replace view {{ relation }} as
    {{ sql }}
    {%- endcall %}

    {{- run_hooks(post_hooks) }}
    {%- do adapter.commit() %}
    {{- return({"relations": [relation]}) }}
{% endmaterialization %}
