{#- The status of an expected cell after the grid was joined to what the extract holds (seed `obs_statuses`).
      Q  the row is there, its value is masked by the producer
      A  a value, a real zero included
      M  it cannot exist, as the definition of its indicator declares
      Y  not yet available: nothing is due of its period, and nothing came
      L  the extract has no row for it: absent
      O  the row is there, its value is empty: null
    `row_marker`: a column that is never null in the extract. `masked`, `cannot_exist`, `awaited`: boolean expressions. -#}
{% macro obs_status(row_marker, obs_value, masked="false", cannot_exist="false", awaited="false") -%}
    case
        when {{ masked }} then 'Q'
        when {{ obs_value }} is not null then 'A'
        when {{ cannot_exist }} then 'M'
        when {{ awaited }} then 'Y'
        when {{ row_marker }} is null then 'L'
        else 'O'
    end
{%- endmacro %}

{#- SQL expression: whether an empty cell may still be waited for. Once the producer has given values for a period that
    is not due, a cell without a row is one that it left out; one whose row says « nd » is still to come. -#}
{% macro awaited(indicator, row_marker, values_given, time_period="time_period") -%}
    ({{ not_due(indicator, time_period) }}) and ({{ row_marker }} is not null or {{ values_given }} = 0)
{%- endmacro %}

{#- The status of an aggregate of cells that must all be known: one absent or empty part is enough to make
    the whole unknown. A sum that skips it would be a smaller number, not a missing one. -#}
{% macro status_of_parts(part_status) -%}
    case
        when sum(case when {{ part_status }} = 'L' then 1 else 0 end) > 0 then 'L'
        when sum(case when {{ part_status }} = 'O' then 1 else 0 end) > 0 then 'O'
        else 'A'
    end
{%- endmacro %}
