{#- Fails when a text that the producer wrote could not be read as a number: the cell would pass for an empty one. What
    statistical secrecy masks is no number, and its staging model says so; a line that is set aside is told elsewhere.
    `extract`: the one that the model reads; when it is of several files, a failure tells which one. `columns`: those of
    the model, and what each is called in the extract. -#}
{% test reads_every_value(model, extract, columns, is_of_several=false) %}
with landed as (
    select
        {{ landed_name() ~ " as source_id," if is_of_several }}
        _extract_id as extract_id,
        _line as line
        {%- for written in columns.values() %},
        {{ written }}
        {%- endfor %}
    from {{ source("landed", extract) }}
),

unread as (
    select
        {{ "landed.source_id," if is_of_several }}
        landed.line
        {%- for column, written in columns.items() %},
        case when staged.{{ column }} is null and not {{ is_masked("landed." ~ written) }} then landed.{{ written }} end as {{ column }}
        {%- endfor %}
    from landed
    inner join {{ model }} as staged
        on
            landed.extract_id = staged.extract_id
            and landed.line = staged.line
)
{% for column in columns %}
select
    {{ "source_id," if is_of_several }}
    '{{ column }}' as column_name,
    line,
    {{ column }} as written
from unread
where {{ column }} is not null
{{ "union all" if not loop.last }}
{%- endfor %}
{% endtest %}
