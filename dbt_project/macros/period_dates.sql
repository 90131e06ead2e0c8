{#- First and last day of a period, by its kind; null when the period is not written as its kind wants, and for a
    campaign, whose days differ from one to the next and from one producer to another. A census describes one day, the
    1st of January of its vintage. -#}
{% macro period_start(time_period, period_kind) -%}
    case {{ period_kind }}
        when 'year' then {{ try_cast(time_period ~ " || '-01-01'", "date") }}
        when 'census' then {{ try_cast(time_period ~ " || '-01-01'", "date") }}
        when 'school_year' then {{ try_cast("substr(" ~ time_period ~ ", 1, 4) || '-09-01'", "date") }}
        when 'quarter' then {{ first_of_month_of_quarter(time_period, 1) }}
        when 'reading' then {{ try_cast(time_period ~ " || '-01'", "date") }}
    end
{%- endmacro %}

{% macro period_end(time_period, period_kind) -%}
    case {{ period_kind }}
        when 'year' then {{ try_cast(time_period ~ " || '-12-31'", "date") }}
        when 'census' then {{ try_cast(time_period ~ " || '-01-01'", "date") }}
        when 'school_year' then {{ try_cast("substr(" ~ time_period ~ ", 6, 4) || '-08-31'", "date") }}
        when 'quarter' then last_day({{ first_of_month_of_quarter(time_period, 3) }})
        when 'reading' then last_day({{ try_cast(time_period ~ " || '-01'", "date") }})
    end
{%- endmacro %}

{#- First day of a month of a quarter, `2025-Q1`: the first of its months, or the third. -#}
{% macro first_of_month_of_quarter(time_period, nth) -%}
    case substr({{ time_period }}, 5)
        {%- for quarter in range(4) %}
        {%- set day = "'-%02d-01'" | format(3 * quarter + nth) %}
        when '-Q{{ quarter + 1 }}' then {{ try_cast("substr(" ~ time_period ~ ", 1, 4) || " ~ day, "date") }}
        {%- endfor %}
    end
{%- endmacro %}
