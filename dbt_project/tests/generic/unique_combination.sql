{#- Fails when several rows share a key: the number would be counted twice, or published as two values of one cell. -#}
{% test unique_combination(model, columns) %}
select
    {{ columns | join(", ") }},
    count(*) as rows_with_this_key
from {{ model }}
group by {{ columns | join(", ") }}
having count(*) > 1
{% endtest %}
