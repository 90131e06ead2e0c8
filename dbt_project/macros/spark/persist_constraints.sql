{#- A Parquet table of Spark holds no constraint. The contract is compared with the query all the same, and the tests look
    for what is missing. -#}
{% macro spark__persist_constraints(relation, model) %}
{% endmacro %}
