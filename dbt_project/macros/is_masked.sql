{#- SQL expression: whether the producer masks a value by statistical secrecy. Its contract declares how it writes that
    (`masked_as`); it is landed in one way, `MASKED` of sources/contract.py. -#}
{% macro is_masked(text) -%}
    coalesce({{ text }} = 's.s', false)
{%- endmacro %}
