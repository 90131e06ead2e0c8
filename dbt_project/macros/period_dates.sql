{#- First and last day of a period, by its kind; null when the period is not written as its kind wants, and for a
    campaign, whose days differ from one to the next and from one producer to another. A census describes one day, the
    1st of January of its vintage. -#}
{% macro period_start(time_period, period_kind) -%}
    case {{ period_kind }}
        when 'year' then {{ try_cast(time_period ~ " || '-01-01'", "date") }}
        when 'census' then {{ try_cast(time_period ~ " || '-01-01'", "date") }}
        when 'school_year' then {{ try_cast("substr(" ~ time_period ~ ", 1, 4) || '-09-01'", "date") }}
        when 'reading' then {{ try_cast(time_period ~ " || '-01'", "date") }}
    end
{%- endmacro %}

{% macro period_end(time_period, period_kind) -%}
    case {{ period_kind }}
        when 'year' then {{ try_cast(time_period ~ " || '-12-31'", "date") }}
        when 'census' then {{ try_cast(time_period ~ " || '-01-01'", "date") }}
        when 'school_year' then {{ try_cast("substr(" ~ time_period ~ ", 6, 4) || '-08-31'", "date") }}
        when 'reading' then last_day({{ try_cast(time_period ~ " || '-01'", "date") }})
    end
{%- endmacro %}
