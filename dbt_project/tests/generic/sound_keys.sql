{#- Fails when what a row is known by is empty, or is shared by several rows: the number would be in no cell, or be counted
    twice. Of a staging model, whose lines a failure tells. `filled`: the columns that always hold something; `unique`:
    those that together name one row; `unless_empty`: those of them without which a row has no name. -#}
{% test sound_keys(model, filled=[], unique=[], unless_empty=[]) %}
{%- set named = unique | select("in", filled + unless_empty) | list %}
{%- set row_key = "concat_ws(' / ', " ~ unique | join(", ") ~ ")" if unique else "cast(null as " ~ dbt.type_string() ~ ")" %}
{%- for column in filled %}
select
    'empty' as kind,
    '{{ column }}' as column_name,
    line,
    {{ row_key }} as written
from {{ model }}
where {{ column }} is null
{{ "union all" if unique or not loop.last }}
{%- endfor %}
{%- if unique %}
select
    'repeated' as kind,
    '{{ unique | join(", ") }}' as column_name,
    max(line) as line,
    {{ row_key }} as written
from {{ model }}
{{ "where " ~ named | join(" is not null and ") ~ " is not null" if named }}
group by {{ unique | join(", ") }}
having count(*) > 1
{%- endif %}
{% endtest %}
