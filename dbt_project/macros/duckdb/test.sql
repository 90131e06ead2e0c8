{#- A test on DuckDB: one query, which needs no transaction. The rows that fail are read again by who names them:
    nobody stores them. -#}
{% materialization test, adapter="duckdb" %}
    {%- call statement("main", fetch_result=true, auto_begin=false) %}
    {{ get_test_sql(sql, config.get("fail_calc"), config.get("warn_if"), config.get("error_if"), config.get("limit")) }}
    {%- endcall %}
    {{- return({"relations": []}) }}
{% endmaterialization %}
