{#- Fails when a text that the producer wrote could not be read as a number: the cell would pass for an empty one. -#}
{% test reads_every_value(model, column_name, extract, extract_column) %}
with written as (
    select count({{ extract_column }}) as cells
    from {{ source("landed", extract) }}
),

typed as (
    select count({{ column_name }}) as cells
    from {{ model }}
)

select
    written.cells as cells_written,
    typed.cells as cells_read
from written
cross join typed
where written.cells <> typed.cells
{% endtest %}
