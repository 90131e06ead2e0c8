{#- Fails when a text that the producer wrote could not be read as a number: the cell would pass for an empty one. What
    statistical secrecy masks is no number, and its staging model says so. -#}
{% test reads_every_value(model, column_name, extract, extract_column) %}
select
    written._line as line,
    written.{{ extract_column }} as written
from {{ source("landed", extract) }} as written
left join {{ model }} as staged
    on
        written._extract_id = staged.extract_id
        and written._line = staged.line
where written.{{ extract_column }} is not null and not {{ is_masked("written." ~ extract_column) }}
    and staged.{{ column_name }} is null
{% endtest %}
