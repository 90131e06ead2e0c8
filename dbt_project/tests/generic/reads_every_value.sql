{#- Fails when a text that the producer wrote could not be read as a number: the cell would pass for an empty one. What
    statistical secrecy masks is no number, and its staging model says so; a line that is set aside is told elsewhere. `extract`: the one that the model reads; when
    it is of several files, a failure tells which one. -#}
{% test reads_every_value(model, column_name, extract, extract_column, is_of_several=false) %}
with written as (
    select
        {{ landed_name() ~ " as source_id," if is_of_several }}
        {{ extract_column }} as written,
        _extract_id as extract_id,
        _line as line
    from {{ source("landed", extract) }}
)

select
    {{ "written.source_id," if is_of_several }}
    written.line,
    written.written
from written
inner join {{ model }} as staged
    on
        written.extract_id = staged.extract_id
        and written.line = staged.line
where written.written is not null and not {{ is_masked("written.written") }}
    and staged.{{ column_name }} is null
{% endtest %}
