{#- The reference of a local employment committee: its official code says already that it is one. -#}
{% macro clpe_ref_area(clpe_code) -%}
    'CLPE-' || replace({{ clpe_code }}, 'CLPE', '')
{%- endmacro %}
