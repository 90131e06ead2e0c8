{#- 100 × numerator / denominator, to six decimals; null when the denominator is zero: the rate cannot exist. -#}
{% macro percentage(numerator, denominator) -%}
    cast(
        100 * cast({{ numerator }} as double) / nullif(cast({{ denominator }} as double), 0)
        as decimal(18, 6)
    )
{%- endmacro %}
