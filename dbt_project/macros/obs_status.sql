{#- The SDMX status of an expected cell after the grid was joined to what the extract holds.
      L  the extract has no row for it: absent
      Q  the row is there, its value is masked by the producer
      O  the row is there, its value is empty: null
      A  a value, a real zero included
    `row_marker`: a column that is never null in the extract. `masked`: a boolean expression. -#}
{% macro obs_status(row_marker, obs_value, masked="false") -%}
    case
        when {{ row_marker }} is null then 'L'
        when {{ masked }} then 'Q'
        when {{ obs_value }} is null then 'O'
        else 'A'
    end
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
