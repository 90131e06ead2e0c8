{#- Fails when a text that the producer wrote could not be read as a number: the cell would pass for an empty one. What
    statistical secrecy masks is no number, and its staging model says so. `extract`: the one that the model reads, or a
    list of those that it unites; a failure then tells which one. -#}
{% test reads_every_value(model, column_name, extract, extract_column) %}
{%- set extracts = [extract] if extract is string else extract %}
with written as (
    {%- for name in extracts %}
    select
        {{ "'" ~ name ~ "' as source_id," if extracts | length > 1 }}
        {{ extract_column }} as written,
        _extract_id as extract_id,
        _line as line
    from {{ source("landed", name) }}
    {{- "\n    union all" if not loop.last }}
    {%- endfor %}
)

select
    {{ "written.source_id," if extracts | length > 1 }}
    written.line,
    written.written
from written
left join {{ model }} as staged
    on
        written.extract_id = staged.extract_id
        and written.line = staged.line
where written.written is not null and not {{ is_masked("written.written") }}
    and staged.{{ column_name }} is null
{% endtest %}
