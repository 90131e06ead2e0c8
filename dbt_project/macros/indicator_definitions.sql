{#- The definition of every indicator, as written beside its model (config.meta.vigie), in the order of their names.
    Empty while dbt parses: the graph is not there yet. -#}
{% macro indicator_definitions() %}
    {%- set definitions = [] %}
    {%- if execute %}
    {%- for node in graph.nodes.values() if node.resource_type == "model" and "indicators" in node.fqn %}
    {%- do definitions.append(dict(node.config.meta.vigie, indicator=node.name)) %}
    {%- endfor %}
    {%- endif %}
    {{ return(definitions | sort(attribute="indicator")) }}
{% endmacro %}

{#- What the definitions list under a field (`comparability`, `printed_differences`), one row an entry: the indicator, then
    the columns (name → field of the entry). -#}
{% macro rows_of_definitions(list, columns) %}
    {%- set entries = [] %}
    {%- for definition in indicator_definitions() %}
    {%- for entry in definition.get(list) or [] %}
    {%- do entries.append(dict(entry, indicator=definition.indicator)) %}
    {%- endfor %}
    {%- endfor %}
    {{- rows_of_texts(entries, dict({"indicator": "indicator"}, **columns)) -}}
{% endmacro %}

{#- Some entries as `select … union all …`, all columns text (name → field of the entry); no row when there is none.
    Folded lines become one. Macros are called once, not for each text: there are hundreds. -#}
{% macro rows_of_texts(entries, columns) %}
    {%- set quote = dbt.escape_single_quotes("'") %}
    {%- for entry in entries or [{}] %}
    select
        {%- for name, field in columns.items() %}
        {%- set text = entry.get(field) %}
        {{ "null" if text is none else "'" ~ (text | string).split() | join(" ") | replace("'", quote) ~ "'" }} as {{ name }}
        {{- "," if not loop.last }}
        {%- endfor %}
    {{- "\n    where false" if not entries }}
    {{- "\n    union all" if not loop.last }}
    {%- endfor %}
{% endmacro %}
