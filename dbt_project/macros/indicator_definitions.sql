{#- The definition of every indicator, as written beside its model (config.meta.vigie), in the order of their names.
    Empty while dbt parses: the graph is not there yet. -#}
{% macro indicator_definitions() %}
    {%- set definitions = [] %}
    {%- if execute %}
    {%- for node in graph.nodes.values() if node.resource_type == "model" and "indicators" in node.fqn %}
    {%- do definitions.append(dict(node.config.meta.vigie, id=node.name)) %}
    {%- endfor %}
    {%- endif %}
    {{ return(definitions | sort(attribute="id")) }}
{% endmacro %}

{#- What the definitions list under a field, as `select … union all …`; no row when they list nothing. Each entry of
    the list gives a row: the indicator, then the columns (name → field of the entry), all of them text. -#}
{% macro rows_of_definitions(list, columns) %}
    {%- set rows = [] %}
    {%- for definition in indicator_definitions() %}
    {%- for entry in definition.get(list) or [] %}
    {%- do rows.append(row_of_texts(definition.id, columns, entry)) %}
    {%- endfor %}
    {%- endfor %}
    {{- rows | join("\n    union all\n    ") or row_of_texts(none, columns, {}) ~ " where false" -}}
{% endmacro %}

{% macro row_of_texts(indicator, columns, entry) -%}
    select {{ text_literal(indicator) }} as indicator
    {%- for name, field in columns.items() %}, {{ text_literal(entry.get(field)) }} as {{ name }}{% endfor %}
{%- endmacro %}

{#- A text of a definition as SQL; folded lines become one. -#}
{% macro text_literal(text) -%}
    {%- if text is none -%}
    cast(null as varchar)
    {%- else -%}
    cast({{ dbt.string_literal(dbt.escape_single_quotes((text | string).split() | join(" "))) }} as varchar)
    {%- endif -%}
{%- endmacro %}

{#- A number of a definition as SQL; zero is a number. -#}
{% macro number_literal(number, type) -%}
    cast({{ "null" if number is none else number }} as {{ type }})
{%- endmacro %}
